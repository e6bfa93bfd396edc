import type { PageSession } from "../../browser/devtools/page-session.ts";
import type { NavigationPlan } from "./navigation-plan.ts";

/**
 * The address of a link that a reader sees and that leads to another document of the same host. A page without a host has links to any.
 */
const findVisibleLink = `(hints, anyLinkDoes) => {
  const linksIn = (root) => [...root.querySelectorAll("*")].flatMap((element) => [
    ...(element instanceof HTMLAnchorElement && element.href !== "" ? [element] : []),
    ...(element.shadowRoot ? linksIn(element.shadowRoot) : []),
  ]);
  const hostOf = (url) => url.host.replace(/^www\\./, "");
  const withoutHash = (address) => address.split("#", 1)[0];
  const leadsOn = (link) => {
    const url = URL.parse(link.href);
    if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || link.hasAttribute("download")) return false;
    if (withoutHash(url.href) === withoutHash(location.href)) return false;
    return location.host === "" || hostOf(url) === hostOf(location);
  };
  const isVisible = (link) => {
    const { width, height } = link.getBoundingClientRect();
    return width > 0 && height > 0 && link.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  };
  const textOf = (link) => [link.innerText, link.ariaLabel ?? "", link.title, ...[...link.querySelectorAll("img")].map(({ alt }) => alt)]
    .join(" ").replaceAll(/\\s+/g, " ").toLowerCase();
  const links = linksIn(document).filter((link) => leadsOn(link) && isVisible(link));
  for (const hint of hints) {
    const found = links.find((link) => textOf(link).includes(hint.trim().toLowerCase()));
    if (found !== undefined) return found.href;
  }
  return anyLinkDoes ? links[0]?.href ?? null : null;
}`;

/** Where a recording goes on to from the page as it is; undefined if no link fits. */
export async function findLink(
  page: PageSession,
  { hints, anyLinkDoes }: NavigationPlan,
  signal: AbortSignal,
): Promise<string | undefined> {
  const href = await page.world.call<string | null>(findVisibleLink, [hints, anyLinkDoes], signal);
  return href ?? undefined;
}
