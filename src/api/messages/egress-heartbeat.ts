/** What a replica of the egress proxy tells those who have tunnels through it, so that they notice when it is lost. */

/** In the answer to a CONNECT and to a GET of `presencePath`: which replica it was. */
export const replicaHeader = "x-stills-replica";

/**
 * A GET of it, with the token of any job, is answered with a body that goes on, a byte now and then, for as long as the replica lives.
 * The body comes to its end when the replica has stopped and no tunnel was cut; otherwise it breaks off.
 */
export const presencePath = "/presence";

export const presenceEveryMilliseconds = 5_000;

/** One process of the egress proxy, and where it can be reached past every load balancer. */
export interface EgressReplica {
  /** Another one after every start. */
  id: string;
  /** An IP address. */
  host: string;
  port: number;
}

/** As it stands in the header. */
export function replicaText({ id, host, port }: EgressReplica): string {
  return `${id} ${host} ${port}`;
}

/** Undefined for whatever `replicaText` does not write. */
export function parseReplica(text: unknown): EgressReplica | undefined {
  if (typeof text !== "string") return undefined;
  const { id, host, port } =
    /^(?<id>[0-9a-f-]{36}) (?<host>[0-9a-f.:]{2,45}) (?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  if (id === undefined || host === undefined || port === undefined) return undefined;
  return { id, host, port: Number(port) };
}
