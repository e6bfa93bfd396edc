/** The heartbeat by which a worker notices that a replica of the egress proxy, and the tunnels through it, are lost. */

/** Names the replica in the response to a CONNECT and to a GET of `heartbeatPath`. */
export const replicaHeader = "x-stills-replica";

/**
 * The response to a GET with any job's token streams one byte per `heartbeatIntervalMilliseconds` for as long as the replica lives.
 * The body ends when the replica has stopped and no tunnel was cut; otherwise the connection breaks.
 */
export const heartbeatPath = "/heartbeat";

export const heartbeatIntervalMilliseconds = 5_000;

/** One process of the egress proxy, with its own address behind any load balancer. */
export interface EgressReplica {
  /** A new one for each process. */
  id: string;
  /** An IP address. */
  host: string;
  port: number;
}

/** The header value. */
export function replicaText({ id, host, port }: EgressReplica): string {
  return `${id} ${host} ${port}`;
}

/** Undefined if the text is not one that `replicaText` writes. */
export function parseReplica(text: unknown): EgressReplica | undefined {
  if (typeof text !== "string") return undefined;
  const { id, host, port } =
    /^(?<id>[0-9a-f-]{36}) (?<host>[0-9a-f.:]{2,45}) (?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  if (id === undefined || host === undefined || port === undefined) return undefined;
  return { id, host, port: Number(port) };
}
