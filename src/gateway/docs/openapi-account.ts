import { ref, type Document } from "./openapi-document.ts";

/** The operations about an account as a whole, and the list of devices. */
export function accountPaths(): Document {
  return {
    "/usage": {
      get: {
        security: [{ accessKeyHeader: [] }, { accessKeyQuery: [] }, { secretKey: [] }],
        operationId: "getUsage",
        summary: "What the account has used of its limits",
        responses: {
          "200": {
            description: `Numbers of this month and, in \`concurrency\`, of this minute. What has no limit is ${Number.MAX_SAFE_INTEGER}`,
            content: { "application/json": { schema: ref("Usage") } },
          },
          default: {
            description: "An error",
            content: { "application/json": { schema: ref("TakeError") } },
          },
        },
      },
    },
    "/devices": {
      get: {
        security: [],
        operationId: "listDevices",
        summary: "What `viewport_device` may name",
        responses: {
          "200": {
            description: "All devices",
            content: { "application/json": { schema: { type: "array", items: ref("Device") } } },
          },
        },
      },
    },
  };
}

const integer = { type: "integer" };
const boolean = { type: "boolean" };

export const usage: Document = {
  type: "object",
  required: ["total", "available", "used", "concurrency"],
  properties: {
    total: { ...integer, description: "Requests the account may make in a month (UTC)" },
    available: { ...integer, description: "Those it may still make in this month" },
    used: { ...integer, description: "Pictures of this month" },
    concurrency: {
      type: "object",
      required: ["limit", "remaining", "reset"],
      properties: {
        limit: { ...integer, description: "Requests the account may make in a minute" },
        remaining: { ...integer, description: "Those it may still make in this minute" },
        reset: {
          ...integer,
          format: "int64",
          description: "When the minute ends: nanoseconds of the Unix epoch",
        },
      },
    },
  },
};

export const device: Document = {
  type: "object",
  required: ["id", "name", "userAgent", "viewport"],
  properties: {
    id: { type: "string" },
    name: { type: "string" },
    userAgent: { type: "string" },
    viewport: {
      type: "object",
      properties: {
        width: integer,
        height: integer,
        deviceScaleFactor: { type: "number" },
        isMobile: boolean,
        hasTouch: boolean,
        isLandscape: boolean,
      },
    },
  },
};
