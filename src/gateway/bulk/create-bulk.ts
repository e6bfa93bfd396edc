import type { Logger } from "../../platform/process/logger.ts";
import type { AccountDirectory } from "../accounts/account-directory.ts";
import type { GatewayConfig } from "../config.ts";
import type { RegisterRoutes } from "../http/create-listener.ts";
import type { Takes } from "../take/take-service.ts";
import { registerBulkRoute } from "./bulk-routes.ts";

interface BulkDependencies {
  config: Pick<GatewayConfig, "publicURL" | "linkKey">;
  takes: Takes;
  accountDirectory: AccountDirectory;
  log: Logger;
}

interface Bulk {
  routes: RegisterRoutes;
}

/** `/bulk`: several pictures with one call. */
export function createBulk({ config, takes, accountDirectory, log }: BulkDependencies): Bulk {
  const { publicURL, linkKey } = config;
  const links = { publicURL, linkKey };
  return {
    routes: (app) => registerBulkRoute(app, { takes, accountDirectory, links, log }),
  };
}
