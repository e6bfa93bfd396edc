/** Host, an IPv6 address without brackets, and port of the egress proxy's URL. */
export function egressAddress(egressURL: string): { host: string; port: number } {
  const { hostname, port } = new URL(egressURL);
  return { host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? 80 : Number(port) };
}
