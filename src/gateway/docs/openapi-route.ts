import type { HTTPApp } from "../../platform/http/http-app.ts";
import { createOpenAPI } from "./openapi.ts";

/** Serves `/v1/openapi.json`, from which clients can be generated. */
export function registerOpenAPI(app: HTTPApp, publicURL: string): void {
  const document = createOpenAPI(publicURL);
  app.get("/v1/openapi.json", (_request, reply) => reply.send(document));
}
