import type { HostRules } from "../../src/worker/blocking/host-rules.ts";

/** A rule that blocks a host whole, and the options that leave it so. */
const wholeHost = /^\|\|((?:[a-z0-9_-]+\.)+[a-z0-9-]+)\^(?:\$(third-party|3p|all))?$/;
/** An exception for something of a host. */
const exception = /^@@\|\|((?:[a-z0-9_-]+\.)+[a-z0-9-]+)(?:[\^/:|?*$][^$]*)?(?:\$(.*))?$/;
/** Exceptions for other things than requests. */
const otherKinds =
  /^(?:generichide|elemhide|specifichide|genericblock|ghide|ehide|shide|stealth|cookie|removeparam|removeheader|permissions|jsinject|content|extension|referrerpolicy|csp|popup|document|urlblock|hls|jsonprune|replace|header)\b/;

/**
 * The rules of a list that need only the host of a request, which a proxy sees. A host with an exception is kept out on the pages of the
 * exception: there only the whole rules can tell what may load.
 */
export function hostRulesOf(text: string): HostRules {
  const blocked = new Set<string>();
  const blockedForOthers = new Set<string>();
  const exceptions: Record<string, string[]> = {};
  const disabled = new Set<string>();
  for (const line of text.split("\n")) {
    if (line.endsWith("badfilter")) disabled.add(line.replace(/[$,]badfilter$/, ""));
    const [, host, option] = wholeHost.exec(line) ?? [];
    if (host !== undefined)
      (option === "third-party" || option === "3p" ? blockedForOthers : blocked).add(host);
    else addException(line, exceptions);
  }
  for (const line of disabled) {
    const host = wholeHost.exec(line)?.[1] ?? "";
    blocked.delete(host);
    blockedForOthers.delete(host);
  }
  return {
    blocked: [...blocked].sort(),
    blockedForOthers: [...blockedForOthers].filter((host) => !blocked.has(host)).sort(),
    exceptions,
  };
}

function addException(line: string, exceptions: Record<string, string[]>): void {
  const [, host, optionText = ""] = exception.exec(line) ?? [];
  if (host === undefined) return;
  const options = optionText === "" ? [] : optionText.split(",");
  if (options.some((option) => otherKinds.test(option))) return;
  const domains = options
    .filter((option) => /^(?:domain|from)=/.test(option))
    .flatMap((option) => option.slice(option.indexOf("=") + 1).split("|"))
    .filter((domain) => !domain.startsWith("~"));
  (exceptions[host] ??= []).push(...(domains.length === 0 ? ["*"] : domains));
}
