import type { RegisterRoutes } from "../http/create-listener.ts";
import { registerDeviceRoute } from "./device-routes.ts";
import { registerErrorPages } from "./error-pages.ts";
import { registerOpenAPI } from "./openapi-route.ts";

interface Docs {
  routes: RegisterRoutes;
}

/** The documentation that the gateway serves: the OpenAPI document, a page for each error, and the list of devices. */
export function createDocs(publicURL: string): Docs {
  return {
    routes: (app) => {
      registerOpenAPI(app, publicURL);
      registerErrorPages(app);
      registerDeviceRoute(app);
    },
  };
}
