/**
 * The uid (and gid) Chromium runs under when we are root. Root's Chromium has no sandbox. It is no user of any
 * distribution, so it owns nothing: a page that broke out of the sandbox finds no file of ours it may read.
 */
export const unprivilegedUID = 10_053;

/** The uid to change to, or undefined where Chromium runs as we do. */
export function uidForBrowser(processUID: number | undefined): number | undefined {
  return processUID === 0 ? unprivilegedUID : undefined;
}
