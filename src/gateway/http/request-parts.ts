import type { FastifyRequest } from "../../platform/http/http-app.ts";
import type { PartialRequest } from "../take/range-policy.ts";

/** The path, without the query string. */
export function pathOf(request: FastifyRequest): string {
  return (request.raw.url ?? "").split("?", 1)[0] ?? "";
}

/** Everything after the first `?`, exactly as received, since signed links sign it as such. */
export function rawQueryOf(request: FastifyRequest): string {
  const url = request.raw.url ?? "";
  const mark = url.indexOf("?");
  return mark < 0 ? "" : url.slice(mark + 1);
}

/** The first value of a header; its name in lower case. */
export function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** What the headers of a GET or HEAD ask for of a file. */
export function partialRequestOf(request: FastifyRequest): PartialRequest {
  return {
    method: request.method,
    range: headerOf(request, "range"),
    ifRange: headerOf(request, "if-range"),
    ifNoneMatch: headerOf(request, "if-none-match"),
  };
}
