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

/** What the gateway serves for people: the playground, pages on every option and error, the OpenAPI document, and the list of devices. */
export function createDocs({ publicURL, playground }: DocsOptions): Docs {
  const frame = { playground };
  return {
    routes: (app) => {
      registerOpenAPI(app, publicURL);
      registerAssets(app, frame);
      registerStaticFile(app, "/docs/options", {
        mediaType: "text/html; charset=utf-8",
        body: pageText({ title: "Options", section: "Options", body: optionPage(frame) }, frame),
      });
      registerErrorPages(app, frame);
      registerDeviceRoute(app);
      if (playground) registerPlayground(app);
    },
  };
}
