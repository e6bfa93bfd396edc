/**
 * How long the egress proxy's clients wait for the answer to a CONNECT. The proxy resolves the name and connects in less, so no answer
 * by then means that the proxy is lost, whatever the target host does.
 */
export const tunnelTimeoutSeconds = 30;
