import type { Condition } from "../api/kinds/resource-types.ts";

/**
 * The list with this condition set. As in Kubernetes, `lastTransitionTime` changes only when the condition's status does.
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

/** Whether two lists of conditions are equal; the API server may return the fields in another order. */
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

/** The time in UTC with whole seconds, as Kubernetes writes it. */
export function rfc3339(epochMilliseconds: number): string {
  return `${new Date(epochMilliseconds).toISOString().slice(0, 19)}Z`;
}

/** Epoch milliseconds of an RFC 3339 time; undefined when it is absent or malformed. */
export function epochMilliseconds(time: string | undefined): number | undefined {
  if (time === undefined) return undefined;
  const milliseconds = Date.parse(time);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
