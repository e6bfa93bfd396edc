import type { RegisterRoutes } from "../http/create-listener.ts";
import { registerDeviceRoute } from "./device-routes.ts";
import { registerErrorPages } from "./error-pages.ts";
import { registerOpenAPI } from "./openapi-route.ts";
import { registerAssets } from "./pages/asset-routes.ts";
import { optionPage } from "./pages/option-page.ts";
import { pageText } from "./pages/page-layout.ts";
import { registerStaticFile } from "./pages/static-file.ts";
import { registerPlayground } from "./playground-routes.ts";

interface DocsOptions {
  publicURL: string;
  /** Whether `/` is the playground. The documentation is there in any case, since errors lead to it. */
  playground: boolean;
}

interface Docs {
  routes: RegisterRoutes;
}

const optionPages = [
  ["take", "Options"],
  ["animate", "Animations"],
] as const;

/** What the gateway serves for people: the playground, pages on every option and error, the OpenAPI document, and the list of devices. */
export function createDocs({ publicURL, playground }: DocsOptions): Docs {
  const frame = { playground };
  return {
    routes: (app) => {
      registerOpenAPI(app, publicURL);
      registerAssets(app, frame);
      app.get("/docs", (_request, reply) => reply.redirect("/docs/options"));
      for (const [endpoint, title] of optionPages)
        registerStaticFile(app, `/docs/${title.toLowerCase()}`, {
          mediaType: "text/html; charset=utf-8",
          body: pageText({ title, section: title, body: optionPage(endpoint, frame) }, frame),
        });
      registerErrorPages(app, frame);
      registerDeviceRoute(app);
      if (playground) registerPlayground(app);
    },
  };
}
