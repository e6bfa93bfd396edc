import type { Condition } from "../api/kinds/resource-types.ts";

/**
 * The list with this condition set. `lastTransitionTime` moves only when the condition's status changes, as Kubernetes has
 * it; the other conditions stay as they are.
 */
export function withCondition(
  conditions: readonly Condition[],
  next: Omit<Condition, "lastTransitionTime">,
  nowMilliseconds: number,
): Condition[] {
  const previous = conditions.find((condition) => condition.type === next.type);
  const lastTransitionTime =
    previous?.status === next.status ? previous.lastTransitionTime : rfc3339(nowMilliseconds);
  const condition = { ...next, lastTransitionTime };
  if (previous === undefined) return [...conditions, condition];
  return conditions.map((kept) => (kept.type === next.type ? condition : kept));
}

/** Whether two lists of conditions say the same; the server gives the fields back in an order of its own. */
export function sameConditions(left: readonly Condition[], right: readonly Condition[]): boolean {
  if (left.length !== right.length) return false;
  return left.every((condition, index) => {
    const other = right[index];
    return (
      other !== undefined &&
      Object.entries(condition).every(([name, value]) => other[name as keyof Condition] === value)
    );
  });
}

/** Whole seconds, in UTC, as Kubernetes writes times. */
export function rfc3339(epochMilliseconds: number): string {
  return `${new Date(epochMilliseconds).toISOString().slice(0, 19)}Z`;
}

/** Epoch milliseconds of an RFC 3339 time, or undefined when there is none or it cannot be read. */
export function epochMilliseconds(time: string | undefined): number | undefined {
  if (time === undefined) return undefined;
  const milliseconds = Date.parse(time);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
