import { formats, formatWords, type Format } from "../../api/options/formats.ts";
import { ref, type Document } from "./openapi-document.ts";

const problems = {
  default: {
    description: "A problem document",
    content: { "application/problem+json": { schema: ref("Problem") } },
  },
};

/** Files of these formats as the content of an answer. */
export function contentOf(words: readonly Format[]): Document {
  return Object.fromEntries(words.map((word) => [formats[word].mediaType.split(";", 1)[0], {}]));
}

/** Answers to conditions and ranges (RFC 9110). */
export function partialAnswers(content: Document): Document {
  return {
    "206": { description: "The part that `Range` asks for", content },
    "304": { description: "The file is the one that `If-None-Match` names" },
    "416": { description: "The range begins behind the end of the file" },
  };
}

/** The operations of links that other answers have, and of this document. The links need no key. */
export function filePaths(): Document {
  const link = {
    ...{ name: "link", in: "path", required: true, schema: { type: "string" } },
    description: "A signed link as another answer has it",
  };
  const operation = (operationId: string, summary: string, responses: Document): Document => ({
    ...{ security: [], operationId, summary },
    responses: { ...responses, ...problems },
  });
  const content = contentOf(formatWords);
  const file = {
    "200": { description: "The file", content },
    ...partialAnswers(content),
    "403": {
      description: "The link was altered, or its time is over",
      content: { "application/problem+json": { schema: ref("Problem") } },
    },
  };
  return {
    "/v1/pictures/{link}": {
      parameters: [link],
      get: operation("getPicture", "A stored file, whole or in part", file),
      head: operation("headPicture", "The same, headers only", file),
    },
    "/v1/slices/{link}": {
      parameters: [link],
      get: operation("listSlices", "The slices of a picture (`full_page_slices`)", {
        "200": {
          description: "The slices from top to bottom",
          content: { "application/json": { schema: ref("Slices") } },
        },
      }),
    },
    "/v1/openapi.json": {
      get: operation("getOpenAPI", "This document", {
        "200": { description: "OpenAPI 3.1", content: { "application/json": {} } },
      }),
    },
  };
}

const integer = { type: "integer" };

export const slices: Document = {
  type: "object",
  required: ["slices"],
  properties: {
    slices: {
      type: "array",
      items: {
        type: "object",
        required: ["index", "offset_y", "width", "height", "url"],
        properties: {
          ...{ index: integer, offset_y: integer, width: integer, height: integer },
          url: { type: "string", format: "uri" },
        },
      },
    },
  },
};
