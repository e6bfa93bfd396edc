import type { HTTPApp } from "../../platform/http/http-app.ts";
import { rawOptionsOfBody } from "../take/raw-options.ts";
import { manifestOf } from "./manifest.ts";
import { pageText } from "./pages/page-layout.ts";
import { playgroundPage } from "./pages/playground-page.ts";
import { registerStaticFile } from "./pages/static-file.ts";

/** `/`: a page to try calls on. `/docs/manifest` says what job a call would make, without making it; no key is needed. */
export function registerPlayground(app: HTTPApp): void {
  const frame = { playground: true };
  registerStaticFile(app, "/", {
    mediaType: "text/html; charset=utf-8",
    body: pageText(
      {
        title: "Playground",
        section: "Playground",
        body: playgroundPage(),
        script: "playground.js",
      },
      frame,
    ),
  });
  app.post("/docs/manifest", (request, reply) =>
    reply.send(manifestOf(rawOptionsOfBody(request.body))),
  );
}
