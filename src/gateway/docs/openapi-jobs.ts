import { jobFilters } from "../../api/options/job-filters.ts";
import { ref, type Document } from "./openapi-document.ts";
import { queryParameters } from "./openapi-take.ts";

/** The operations of `/v1/jobs`, with either key; only the secret key works for every account. */
export function jobPaths(): Document {
  const name = {
    ...{ name: "name", in: "path", required: true, schema: { type: "string" } },
    description: "The name of the job",
  };
  const errors = {
    "401": {
      description:
        "No valid key. An account that requires signatures is asked for its secret key; a signed link opens no native route",
      headers: { "WWW-Authenticate": { schema: { type: "string" } } },
      content: { "application/problem+json": { schema: ref("Problem") } },
    },
    default: {
      description: "A problem document",
      content: { "application/problem+json": { schema: ref("Problem") } },
    },
  };
  const answer = (description: string, schema: Document): Document => ({
    "200": { description, content: { "application/json": { schema } } },
    ...errors,
  });
  const security = [{ secretKey: [] }, { accessKeyHeader: [] }, { accessKeyQuery: [] }];
  return {
    ...listPaths({ security, errors }),
    ...inputPaths({ security, errors }),
    "/v1/jobs/{name}": {
      parameters: [name],
      get: {
        security,
        operationId: "getJob",
        summary: "One job",
        responses: answer("The job", ref("Job")),
      },
      delete: {
        security,
        operationId: "cancelJob",
        summary: "Cancel a job that has not ended",
        responses: { "202": { description: "It will end as Cancelled" }, ...errors },
      },
    },
    "/v1/jobs/{name}/retry": {
      parameters: [name],
      post: {
        security,
        operationId: "retryJob",
        summary: "Make an ended job again",
        responses: { "201": { description: "A new job, at `Location`" }, ...errors },
      },
    },
  };
}

function listPaths({ security, errors }: Document): Document {
  return {
    "/v1/jobs": {
      get: {
        security,
        operationId: "listJobs",
        summary: "The account's jobs",
        description:
          "A job has to fit every filter that is given; of a repeated one, one of its values.",
        parameters: queryParameters(
          Object.values(jobFilters).map((filter) => ({ ...filter, text: filter.http.text })),
        ),
        responses: {
          "200": {
            description:
              "Up to `limit` jobs, fewer if they are large or few of those looked at fit, even none; with `continue` if there may be more",
            content: {
              "application/json": {
                schema: {
                  type: "object",
                  properties: {
                    jobs: { type: "array", items: ref("Job") },
                    continue: { type: "string" },
                  },
                },
              },
            },
          },
          ...(errors as Document),
        },
      },
    },
  };
}

function inputPaths({ security, errors }: Document): Document {
  return {
    "/v1/inputs": {
      put: {
        security,
        operationId: "putInput",
        summary: "Store content that jobs of the account's namespace may name by its digest",
        requestBody: {
          required: true,
          content: { "*/*": { schema: { type: "string", format: "binary" } } },
        },
        responses: {
          "201": {
            description: "Stored",
            content: {
              "application/json": {
                schema: {
                  type: "object",
                  required: ["digest", "sizeBytes"],
                  properties: { digest: { type: "string" }, sizeBytes: { type: "integer" } },
                },
              },
            },
          },
          ...(errors as Document),
        },
      },
    },
  };
}

export const job: Document = {
  type: "object",
  required: ["name", "succeeded", "reason", "message", "attempts"],
  properties: {
    name: { type: "string" },
    createdTime: { type: "string", format: "date-time" },
    url: { type: "string", format: "uri", description: "The page; absent for html and markdown" },
    externalIdentifier: { type: "string" },
    pool: { type: "string" },
    completionTime: { type: "string", format: "date-time" },
    succeeded: { type: "string", enum: ["True", "False", "Unknown"] },
    reason: { type: "string" },
    message: { type: "string" },
    returnedStatusCode: { type: "integer" },
    warnings: { type: "array", items: { type: "string" } },
    attempts: { type: "integer" },
    durationMilliseconds: { type: "integer" },
    location: { type: "string", format: "uri" },
    artifact: { type: "object" },
    notified: { type: "object" },
  },
};

export const problem: Document = {
  type: "object",
  required: ["type", "title", "status", "detail", "code"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    code: { type: "string" },
  },
};
