import { startSite } from "../support/site/serve.ts";

/** Serves the site in a separate process, so that it does not share a thread with the measurement. Argument: host. */
const site = await startSite({ host: process.argv[2] ?? "127.0.0.1" });
process.send?.({ port: site.port });
process.once("SIGTERM", () => {
  void site.close().then(() => process.exit(0));
});
