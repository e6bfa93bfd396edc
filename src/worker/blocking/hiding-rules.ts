import { getDomain } from "tldts";
import type { CategoryRules } from "./blocking-lists.ts";

/** What rules about elements are chosen by: where the document is, and what is in it. */
export interface DocumentFeatures {
  url: string;
  ids: readonly string[];
  classes: readonly string[];
  hrefs: readonly string[];
}

/** The style sheet that hides what the lists name in a document. The scripts that lists have for some sites are never used. */
export function hidingStyles(
  categories: readonly CategoryRules[],
  { url, ids, classes, hrefs }: DocumentFeatures,
): string {
  const hostname = URL.parse(url)?.hostname ?? "";
  const sheets = categories.map(
    ({ engine }) =>
      engine.getCosmeticsFilters({
        url,
        hostname,
        domain: getDomain(hostname) ?? "",
        ids: [...ids],
        classes: [...classes],
        hrefs: [...hrefs],
        getInjectionRules: false,
        getExtendedRules: false,
      }).styles,
  );
  return sheets.join("\n");
}
