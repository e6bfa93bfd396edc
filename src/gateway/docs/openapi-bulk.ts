import { ref, type Document } from "./openapi-document.ts";

/** The operation of `/bulk`. */
export function bulkPaths(): Document {
  return {
    "/bulk": {
      post: {
        operationId: "bulk",
        summary: "Several pictures with one call: links that take them, or all of them at once",
        requestBody: {
          required: true,
          content: { "application/json": { schema: ref("BulkRequest") } },
        },
        responses: {
          "200": {
            description: "One item for each request, in their order",
            content: { "application/json": { schema: ref("BulkResponse") } },
          },
          default: {
            description: "An error; nothing was taken",
            content: { "application/json": { schema: ref("TakeError") } },
          },
        },
      },
    },
  };
}

const options = ref("TakeOptions");

export const bulkRequest: Document = {
  type: "object",
  additionalProperties: false,
  required: ["requests"],
  properties: {
    access_key: { type: "string" },
    execute: {
      type: "boolean",
      default: false,
      description: "Takes the pictures now; else the answer has a link for each that takes it",
    },
    optimize: {
      type: "boolean",
      default: false,
      description:
        "With `execute`: takes the pictures of requests that differ only in what is captured (format, quality, size, full page, clip, selector, PDF) of one load of their page, as far as possible; those with secrets for the page, such as cookies, load it for themselves",
    },
    options: { ...options, description: "For all requests that do not say otherwise" },
    requests: { type: "array", minItems: 1, maxItems: 20, items: options },
  },
};

export const bulkResponse: Document = {
  type: "object",
  required: ["responses"],
  properties: {
    responses: {
      type: "array",
      items: {
        type: "object",
        required: ["url"],
        properties: {
          url: {
            type: "string",
            format: "uri",
            description: "A signed link that takes the picture",
          },
          response: {
            type: "object",
            description: "What became of the request; only with `execute`",
            required: ["is_successful", "status", "statusText"],
            properties: {
              is_successful: { type: "boolean" },
              status: { type: "integer" },
              statusText: { type: "string" },
              body: {
                type: "object",
                description: "The error, or the JSON of a request with `response_type=json`",
              },
            },
          },
        },
      },
    },
  },
};
