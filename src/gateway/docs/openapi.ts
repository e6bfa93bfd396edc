import type { HTTPOption, NamedOption } from "../../api/options/http-option.ts";
import { httpBoundsOf, httpOptions } from "../../api/options/http-options.ts";
import type { OptionValue } from "../../api/options/option-value.ts";
import { takeErrorCatalogue } from "../../api/reasons/take-errors.ts";

type Document = Record<string, unknown>;

/** The OpenAPI 3.1 document of the gateway. Options and error codes come from the catalogues. */
export function createOpenAPI(publicURL: string): Document {
  return {
    openapi: "3.1.0",
    info: {
      title: "Stills",
      version: "v1",
      description: "Screenshots over HTTP, compatible with ScreenshotOne.",
      license: { name: "Apache-2.0" },
    },
    servers: [{ url: publicURL }],
    security: [{ accessKeyHeader: [] }, { accessKeyQuery: [] }],
    paths: { ...takePaths(), ...jobPaths() },
    components: {
      securitySchemes: {
        accessKeyHeader: { type: "apiKey", in: "header", name: "X-Access-Key" },
        accessKeyQuery: { type: "apiKey", in: "query", name: "access_key" },
      },
      schemas: { TakeOptions: takeOptions(), TakeError: takeError, Job: job, Problem: problem },
    },
  };
}

function takePaths(): Document {
  const parameters = httpOptions.map((option) => ({
    name: option.http.name,
    in: "query",
    description: sentenceOf(option),
    schema: schemaOf(option),
  }));
  const pictures = { "image/*": {}, "application/pdf": {}, "application/json": {} };
  const responses = {
    "200": {
      description: "The picture, JSON about it, or nothing, depending on `response_type`",
      content: pictures,
    },
    "201": {
      description: "Accepted (`async=true`)",
      headers: { Location: { schema: { type: "string" }, description: "The job" } },
    },
    default: {
      description: "An error",
      content: { "application/json": { schema: ref("TakeError") } },
    },
  };
  return {
    "/take": {
      get: { operationId: "take", summary: "Take a picture", parameters, responses },
      head: { operationId: "takeHead", summary: "The same, headers only", parameters, responses },
      post: {
        operationId: "takePost",
        summary: "Take a picture, options as JSON",
        parameters: [
          { name: "Idempotency-Key", in: "header", schema: { type: "string", maxLength: 255 } },
        ],
        requestBody: {
          required: true,
          content: { "application/json": { schema: ref("TakeOptions") } },
        },
        responses,
      },
    },
  };
}

function takeOptions(): Document {
  return {
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(
      httpOptions
        .filter(({ http }) => http.name !== "signature")
        .map((option) => [
          option.http.name,
          { ...schemaOf(option), description: sentenceOf(option) },
        ]),
    ),
  };
}

function schemaOf({ value, http }: NamedOption): Document {
  const preset = http.default === undefined ? {} : { default: http.default };
  switch (http.type) {
    case "boolean":
      return { type: "boolean", ...preset };
    case "integer":
    case "number": {
      const { minimum, maximum } = httpBoundsOf({ value, http }, false);
      const asynchronous = httpBoundsOf({ value, http }, true);
      return {
        type: http.type,
        minimum,
        maximum: Math.max(maximum, asynchronous.maximum),
        ...preset,
      };
    }
    case "string":
      return { ...textSchema(value, http), ...preset };
    case "list":
      return {
        type: "array",
        items: textSchema(value.type === "list" ? value.items : value, http),
        ...(value.type === "list" ? { maxItems: value.maxItems } : {}),
      };
  }
}

function textSchema(value: OptionValue, { words }: HTTPOption): Document {
  if (words !== undefined) return { type: "string", enum: Object.keys(words) };
  const shape = value.type === "list" ? value.items : value;
  return { type: "string", ...(shape.type === "string" ? { maxLength: shape.maxLength } : {}) };
}

/** The catalogue's texts continue the option's name. */
function sentenceOf({ http, text }: (typeof httpOptions)[number]): string {
  return `\`${http.name}\` ${text}`;
}

function jobPaths(): Document {
  const name = { name: "name", in: "path", required: true, schema: { type: "string" } };
  const errors = {
    default: {
      description: "A problem document",
      content: { "application/problem+json": { schema: ref("Problem") } },
    },
  };
  const answer = (description: string, schema: Document): Document => ({
    "200": { description, content: { "application/json": { schema } } },
    ...errors,
  });
  return {
    "/v1/jobs": {
      get: {
        operationId: "listJobs",
        summary: "The account's jobs",
        responses: answer("Up to 200 jobs", {
          type: "object",
          properties: { jobs: { type: "array", items: ref("Job") } },
        }),
      },
    },
    "/v1/jobs/{name}": {
      parameters: [name],
      get: { operationId: "getJob", summary: "One job", responses: answer("The job", ref("Job")) },
      delete: {
        operationId: "cancelJob",
        summary: "Cancel a job that has not ended",
        responses: { "202": { description: "It will end as Cancelled" }, ...errors },
      },
    },
    "/v1/jobs/{name}/retry": {
      parameters: [name],
      post: {
        operationId: "retryJob",
        summary: "Make an ended job again",
        responses: { "201": { description: "A new job, at `Location`" }, ...errors },
      },
    },
  };
}

const takeError: Document = {
  type: "object",
  required: ["is_successful", "error_code", "error_message", "documentation_url"],
  properties: {
    is_successful: { const: false },
    error_code: { type: "string", enum: Object.keys(takeErrorCatalogue) },
    error_message: { type: "string" },
    documentation_url: { type: "string", format: "uri" },
    returned_status_code: { type: "integer" },
  },
};

const job: Document = {
  type: "object",
  required: ["name", "succeeded", "reason", "message", "attempts"],
  properties: {
    name: { type: "string" },
    createdTime: { type: "string", format: "date-time" },
    completionTime: { type: "string", format: "date-time" },
    succeeded: { type: "string", enum: ["True", "False", "Unknown"] },
    reason: { type: "string" },
    message: { type: "string" },
    attempts: { type: "integer" },
    durationMilliseconds: { type: "integer" },
    location: { type: "string", format: "uri" },
    artifact: { type: "object" },
    notified: { type: "object" },
  },
};

const problem: Document = {
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

function ref(name: string): Document {
  return { $ref: `#/components/schemas/${name}` };
}
