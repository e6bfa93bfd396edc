/**
 * How long a worker waits for the answer to a CONNECT. The egress proxy is done with looking up and dialling before that, so one that
 * has said nothing by then is lost, and the page's host has nothing to do with it.
 */
export const tunnelTimeoutSeconds = 30;
