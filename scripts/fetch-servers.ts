import { findBinary } from "../src/local/servers/find-binary.ts";
import { serverNames } from "../src/local/servers/server-sources.ts";

/* Downloads or builds each server that `npm start` and the tests need, unless it is on this machine. */

const report = (line: string): void => console.log(line);
const stopping = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => stopping.abort(new Error("Stopped")));
try {
  for (const name of serverNames) {
    const path = await findBinary(name, { report, signal: stopping.signal });
    console.log(`${name}: ${path}`);
  }
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}
