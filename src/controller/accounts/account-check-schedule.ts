/** Secrets and namespaces are not watched: the controller may only read single ones by name. */
const shortestPauseMilliseconds = 60_000;
/** A problem is checked more often, so that its solution shows soon. */
const shortestProblemPauseMilliseconds = 5_000;
/** Checks of all accounts together, each two reads; with many accounts each is checked more rarely. */
const checksPerSecond = 5;
const problemChecksPerSecond = 20;

/** How long until an account is checked again, if all accounts are like it. */
export function accountCheckPause(hasProblem: boolean, accounts: number): number {
  return hasProblem
    ? Math.max(shortestProblemPauseMilliseconds, (accounts / problemChecksPerSecond) * 1000)
    : Math.max(shortestPauseMilliseconds, (accounts / checksPerSecond) * 1000);
}
