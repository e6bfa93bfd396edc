import type { BlockingCategory } from "../../src/api/settings/blocking-lists.ts";

/** Numbers of the lists in the package, by category. The list of ads contains EasyList. */
export const listNumbers: Readonly<Record<BlockingCategory, readonly number[]>> = {
  ads: [2],
  trackers: [3],
  cookieBanners: [18],
  chats: [22],
  socials: [4],
  annoyances: [19, 20, 21],
};

/** A list of rules, and what its head says about it. */
export interface RuleList {
  number: number;
  text: string;
  title: string;
  version: string;
  homepage: string;
  licence: string;
}

/** Reads the text of a list out of a rule set of the package, which carries it beside rules for a browser extension. */
export function parseRuleSet(json: string, number: number): RuleList {
  const [first] = JSON.parse(json) as [{ metadata?: { rawFilterList?: unknown } }?];
  const raw = first?.metadata?.rawFilterList;
  if (typeof raw !== "string") throw new Error(`Rule set ${number} has no text of its list`);
  const text = raw.replaceAll("\r\n", "\n");
  const head = (name: string): string =>
    new RegExp(`^! ${name}: (.*)$`, "m").exec(text.slice(0, 4000))?.[1]?.trim() ?? "";
  return {
    number,
    text,
    title: head("Title"),
    version: head("Version"),
    homepage: head("Homepage"),
    licence: head("License"),
  };
}
