import { invalidRequest } from "../../core/take/take-error.ts";
import type { FastifyRequest } from "../../platform/http/http-app.ts";
import { rawQueryOf } from "../http/request-parts.ts";
import { rawOptionsOfBody, rawOptionsOfQuery, type RawOptions } from "./raw-options.ts";

/** The options of a POST. All but the access key must come from the body, so that no option can be given twice. */
export function bodyOptions(request: FastifyRequest): RawOptions {
  const fromQuery = rawOptionsOfQuery(rawQueryOf(request));
  const others = [...fromQuery.keys()].filter((name) => name !== "access_key");
  if (others.length > 0)
    throw invalidRequest(others.map((name) => `"${name}" must be in the body of a POST`));
  const key = fromQuery.get("access_key");
  const fromBody = rawOptionsOfBody(request.body ?? {});
  return key === undefined ? fromBody : new Map([["access_key", key], ...fromBody]);
}
