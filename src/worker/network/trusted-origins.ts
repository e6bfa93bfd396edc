/**
 * The origins that get the headers of a job: the origin of its URL; for http on the default port also https on the same host, which
 * many hosts redirect to. Never other hosts, other ports, or http for an https URL.
 */
export function trustedOrigins(address: string): string[] {
  const { origin, protocol, port, hostname } = new URL(address);
  return protocol === "http:" && port === "" ? [origin, `https://${hostname}`] : [origin];
}
