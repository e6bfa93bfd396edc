import assert from "node:assert/strict";
import { runScript } from "./kubectl.ts";
import type { Place } from "./kubectl.ts";

/** HOST:PORT by name; failures show the name. */
export type Targets = Readonly<Record<string, string>>;

/** Tries all at once from inside a pod; name → "connected" or the reason of the failure. */
export async function reach(from: Place, targets: Targets): Promise<Record<string, string>> {
  const said = JSON.parse(await runScript(from, "probe.ts", ...Object.values(targets))) as Record<
    string,
    string
  >;
  return Object.fromEntries(
    Object.entries(targets).map(([name, target]) => [name, said[target] ?? "not tried"]),
  );
}

/** Fails unless exactly those of `targets` that are named can be reached. */
export async function assertReach(
  from: Place,
  targets: Targets,
  open: readonly string[],
): Promise<void> {
  const outcomes = await reach(from, targets);
  const reached = Object.keys(outcomes).filter((name) => outcomes[name] === "connected");
  assert.deepEqual(reached.toSorted(), open.toSorted(), JSON.stringify(outcomes));
}
