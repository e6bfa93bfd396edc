import { formatWords, formats, isAnimationFormat } from "../../api/options/formats.ts";
import type { Endpoint, HTTPOption, NamedOption } from "../../api/options/http-option.ts";
import {
  endpointOptions,
  httpBoundsOf,
  type EndpointOptions,
} from "../../api/options/http-options.ts";
import type { OptionValue } from "../../api/options/option-value.ts";
import { takeErrorCatalogue } from "../../api/reasons/take-errors.ts";
import { ref, type Document } from "./openapi-document.ts";
import { contentOf, partialAnswers } from "./openapi-files.ts";

const idempotencyKey: Document = {
  ...{ name: "Idempotency-Key", in: "header", schema: { type: "string", maxLength: 255 } },
  description: "A call that is repeated with the same key gets the outcome of the first one",
};

const text = { type: "string" };
const answerHeaders: Document = {
  "X-Stills-Cache": {
    description: "What the cache had for a call with `cache`",
    schema: { type: "string", enum: ["Hit", "Miss", "Shared"] },
  },
  "X-Stills-Warning": {
    description: "What the capture gave up or assumed, separated by `|`",
    schema: text,
  },
  "X-ScreenshotOne-Cache-URL": { description: "A link to the cached picture", schema: text },
  "X-ScreenshotOne-Trace-Id": { description: "The name of the job", schema: text },
  ETag: { description: "Of a cached picture", schema: text },
};

/** The operations of `/take` and `/animate`. */
export function takePaths(): Document {
  return { ...pathOf("take", "Take a picture"), ...pathOf("animate", "Record an animation") };
}

function pathOf(endpoint: Endpoint, summary: string): Document {
  const parameters = [...queryParameters(endpointOptions[endpoint].all), idempotencyKey];
  const files = contentOf(
    formatWords.filter((word) =>
      endpoint === "take" ? formats[word].kind !== "Video" : isAnimationFormat(word),
    ),
  );
  const responses = {
    "200": {
      description: "The file, JSON about it, or nothing, depending on `response_type`",
      headers: answerHeaders,
      content: { ...files, "application/json": {} },
    },
    "201": {
      description: "Accepted (`async=true`)",
      headers: { Location: { schema: { type: "string" }, description: "The job" } },
    },
    ...partialAnswers(files),
    default: {
      description: "An error",
      content: { "application/json": { schema: ref("TakeError") } },
    },
  };
  return {
    [`/${endpoint}`]: {
      get: { operationId: endpoint, summary, parameters, responses },
      head: {
        ...{ operationId: `${endpoint}Head`, summary: "The same, headers only" },
        ...{ parameters, responses },
      },
      post: {
        operationId: `${endpoint}Post`,
        summary: `${summary}, options as JSON`,
        parameters: [idempotencyKey],
        requestBody: {
          required: true,
          content: {
            "application/json": {
              schema: ref(endpoint === "take" ? "TakeOptions" : "AnimateOptions"),
            },
          },
        },
        responses,
      },
    },
  };
}

/** Options as parameters of a query. A list repeats its name. */
export function queryParameters(
  options: readonly (NamedOption & { readonly text: string })[],
): Document[] {
  return options.map((option) => ({
    name: option.http.name,
    in: "query",
    description: sentenceOf(option),
    schema: schemaOf(option),
  }));
}

/** The options of a POST body. */
export function takeOptions(endpoint: Endpoint): Document {
  return {
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(
      endpointOptions[endpoint].all
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

function textSchema(value: OptionValue, { words, maxLength }: HTTPOption): Document {
  if (words !== undefined) return { type: "string", enum: Object.keys(words) };
  const shape = value.type === "list" ? value.items : value;
  return {
    type: "string",
    ...(shape.type === "string" ? { maxLength: maxLength ?? shape.maxLength } : {}),
  };
}

/** The catalogue's texts continue the option's name. */
function sentenceOf({ http, text }: EndpointOptions["all"][number]): string {
  return `\`${http.name}\` ${text}`;
}

export const takeError: Document = {
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
