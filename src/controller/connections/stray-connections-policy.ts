import type { PodRecord } from "./pod-record.ts";
import { connectionName } from "./worker-login-policy.ts";

interface ListedConnection {
  user: string;
  ageMilliseconds: number;
}

interface KnownPods {
  /** Those that are there. */
  pods: Iterable<PodRecord>;
  /** Names of connections whose pod was seen to go. */
  gone: ReadonlySet<string>;
}

/** A pod that another replica knows already may not have come to this one yet. */
const youngMilliseconds = 10_000;

/** Of the connections of the workers' account those that belong to no pod: it was deleted, has ended, or is of another pool now. */
export function strayConnections<Connection extends ListedConnection>(
  connections: readonly Connection[],
  { pods, gone }: KnownPods,
): Connection[] {
  const known = new Set([...pods].map(connectionName));
  return connections.filter(
    ({ user, ageMilliseconds }) =>
      !known.has(user) && (gone.has(user) || ageMilliseconds >= youngMilliseconds),
  );
}
