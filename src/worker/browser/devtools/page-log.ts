import type { DevToolsClient } from "./devtools-client.ts";

/**
 * The `net::ERR_…` code with which loading of an address failed; undefined if the browser's log has none. The log is kept whether or not
 * anybody reads it, so this costs nothing before something has gone wrong.
 */
export async function loadingErrorOf(
  page: DevToolsClient,
  address: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  let code: string | undefined;
  page.listen("Log.entryAdded", ({ entry }) => {
    if (entry.source === "network" && entry.url === address)
      code ??= /net::ERR_\w+/.exec(entry.text)?.[0];
  });
  // All entries so far come before the answer.
  await page.call("Log.enable", undefined, signal);
  await page.call("Log.disable", undefined, signal);
  return code;
}
