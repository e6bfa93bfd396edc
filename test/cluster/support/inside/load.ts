/*
 * Calls URL again and again, COUNT at a time, each call over a connection of its own, until standard input ends. Writes how
 * many calls were answered with which status, as JSON; a call without an answer counts under what went wrong.
 */

const [, url = "", count = "1"] = process.argv;
const outcomes: Record<string, number> = {};
let stopped = false;

async function call(): Promise<string> {
  try {
    const response = await fetch(url, {
      headers: { connection: "close" },
      signal: AbortSignal.timeout(110_000),
    });
    const body = await response.text();
    return response.ok ? String(response.status) : `${response.status} ${body.slice(0, 300)}`;
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return `no answer: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

async function caller(): Promise<void> {
  while (!stopped) {
    const outcome = await call();
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
}

process.stdin.on("end", () => {
  stopped = true;
});
process.stdin.resume();
await Promise.all(Array.from({ length: Number(count) }, caller));
console.log(JSON.stringify(outcomes));
process.exit(0);
