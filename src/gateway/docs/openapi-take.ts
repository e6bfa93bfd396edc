import { formats, formatWords, isAnimationFormat } from "../../api/options/formats.ts";
import type { Endpoint, HTTPOption, NamedOption } from "../../api/options/http-option.ts";
import {
  endpointOptions,
  httpBoundsOf,
  type EndpointOptions,
} from "../../api/options/http-options.ts";
import type { OptionValue } from "../../api/options/option-value.ts";
import { takeErrorCatalogue } from "../../api/reasons/take-errors.ts";
import { ref, type Document } from "./openapi-document.ts";

/** The operations of `/take` and `/animate`. */
export function takePaths(): Document {
  return { ...pathOf("take", "Take a picture"), ...pathOf("animate", "Record an animation") };
}

function pathOf(endpoint: Endpoint, summary: string): Document {
  const options = endpointOptions[endpoint];
  const parameters = options.all.map((option) => ({
    name: option.http.name,
    in: "query",
    description: sentenceOf(option),
    schema: schemaOf(option),
  }));
  const words = formatWords.filter((word) =>
    endpoint === "take" ? formats[word].kind !== "Video" : isAnimationFormat(word),
  );
  const mediaTypes = words.map((word) => formats[word].mediaType);
  const pictures = Object.fromEntries(
    [...mediaTypes, "application/json"].map((type) => [type.split(";", 1)[0], {}]),
  );
  const responses = {
    "200": {
      description: "The file, JSON about it, or nothing, depending on `response_type`",
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
    [`/${endpoint}`]: {
      get: { operationId: endpoint, summary, parameters, responses },
      head: {
        ...{ operationId: `${endpoint}Head`, summary: "The same, headers only" },
        ...{ parameters, responses },
      },
      post: {
        operationId: `${endpoint}Post`,
        summary: `${summary}, options as JSON`,
        parameters: [
          { name: "Idempotency-Key", in: "header", schema: { type: "string", maxLength: 255 } },
        ],
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
