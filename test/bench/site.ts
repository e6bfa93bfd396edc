import { startSite } from "../support/site/serve.ts";

/** The site in a process of its own, so that serving it does not share a thread with what measures. Argument: host. */
const site = await startSite({ host: process.argv[2] ?? "127.0.0.1" });
process.send?.({ port: site.port });
process.once("SIGTERM", () => {
  void site.close().then(() => process.exit(0));
});
