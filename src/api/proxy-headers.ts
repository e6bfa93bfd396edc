/**
 * What a worker and the egress proxy say to each other in HTTP headers. A worker's forwarder passes the browser's connections on
 * byte for byte; only the first request of a connection gets two headers more:
 *
 * - `Proxy-Authorization` with the job's token, which counts for the whole connection because of
 * - `X-Stills-Connection` with a mark. An answer in which the proxy itself refuses a request repeats the mark in `X-Stills-Refused`,
 *   so that no origin can speak in the proxy's name.
 */
export const connectionHeader = "X-Stills-Connection";
export const refusedHeader = "X-Stills-Refused";

/** What a mark may look like. */
export const markPattern = /^[A-Za-z0-9_-]{16,64}$/;
