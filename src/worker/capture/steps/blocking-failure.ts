import { Deadline } from "../../../platform/process/deadline.ts";
import { DocumentGone } from "../../browser/devtools/page-failure.ts";
import type { CaptureInProgress } from "./capture-step.ts";

class TookTooLong extends Error {}

/**
 * Does a part of blocking within a time limit. Blocking never costs the picture: when the part fails or takes too long, a warning says
 * so. Only the end of the capture, or of the document it works on, is thrown.
 */
export async function withoutFailing(
  state: CaptureInProgress,
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { signal } = state.deadline;
  using limit = new Deadline({
    milliseconds,
    reason: () => new TookTooLong("it took too long"),
    parents: [signal],
  });
  const ended = Promise.withResolvers<never>();
  const end = (): void => ended.reject(limit.signal.reason as Error);
  limit.signal.addEventListener("abort", end, { once: true });
  try {
    await Promise.race([work(limit.signal), ended.promise]);
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof DocumentGone) throw thrown;
    state.page.lost.throwIfAborted();
    state.warnings.add(sentenceFor(thrown));
  } finally {
    limit.signal.removeEventListener("abort", end);
  }
}

function sentenceFor(thrown: unknown): string {
  const isMissing = (thrown as { code?: unknown } | null)?.code === "ENOENT";
  const why = isMissing
    ? "the worker has no lists for it"
    : thrown instanceof TookTooLong
      ? thrown.message
      : "it failed";
  return `What \`block\` names may still be in the picture: ${why}`;
}
