/**
 * The uid and gid Chromium runs under when we are root, because Chromium has no sandbox as root. No distribution uses this uid,
 * so it owns no files: a page that breaks out of the sandbox can read none of ours.
 */
const unprivilegedUID = 10_053;

/** The uid to change to; undefined if Chromium runs under our own. */
export function uidForBrowser(processUID: number | undefined): number | undefined {
  return processUID === 0 ? unprivilegedUID : undefined;
}
