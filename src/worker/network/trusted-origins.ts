/**
 * Where the headers of a call are sent: to the origin of its address; from http on the usual port also to https of the same host,
 * where sites send their visitors on to. Never to other hosts, other ports, or from https to http.
 */
export function trustedOrigins(address: string): string[] {
  const { origin, protocol, port, hostname } = new URL(address);
  return protocol === "http:" && port === "" ? [origin, `https://${hostname}`] : [origin];
}
