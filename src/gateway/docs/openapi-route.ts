import type { HTTPApp } from "../../platform/http/http-app.ts";
import { createOpenAPI } from "./openapi.ts";

/** `/v1/openapi.json`, for whoever generates a client. */
export function registerOpenAPI(app: HTTPApp, publicURL: string): void {
  const document = createOpenAPI(publicURL);
  app.get("/v1/openapi.json", (_request, reply) => reply.send(document));
}
