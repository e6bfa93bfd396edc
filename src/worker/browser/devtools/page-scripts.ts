import type { Protocol } from "puppeteer-core";
import type { DevToolsClient } from "./devtools-client.ts";

/** Runs a script in the page's world, as its own scripts do. Returns the error message if it throws. */
export async function runScript(
  page: DevToolsClient,
  source: string,
  signal: AbortSignal,
): Promise<{ thrown?: string }> {
  const answer = await page.call(
    "Runtime.evaluate",
    // As in a console, top-level await is allowed, and two scripts may declare the same name.
    { expression: source, awaitPromise: true, replMode: true, userGesture: false },
    signal,
  );
  return answer.exceptionDetails === undefined
    ? {}
    : { thrown: messageOf(answer.exceptionDetails) };
}

/** Ends a script that runs, such as a loop without end. Where none runs the command ends the next one, hence the empty one. */
export async function endScript(page: DevToolsClient, signal: AbortSignal): Promise<void> {
  page.send("Runtime.terminateExecution", undefined);
  await page.call("Runtime.evaluate", { expression: "" }, signal).catch((thrown: unknown) => {
    if (signal.aborted) throw thrown;
  });
}

function messageOf(details: Protocol.Runtime.ExceptionDetails): string {
  const { exception, text } = details;
  const described = exception?.description?.split("\n", 1)[0];
  return described ?? (exception?.value === undefined ? text : String(exception.value));
}
