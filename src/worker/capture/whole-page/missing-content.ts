import type { PageSession } from "../../browser/devtools/page-session.ts";
import { walkElements } from "./page-script.ts";

const mostAddressCharacters = 200;

/** What of the whole page has not come. */
interface MissingContent {
  images: number;
  /** Address of the first of them. */
  address: string;
}

const findMissing = `() => {
  ${walkElements}
  const missing = [...elementsIn(document)].filter((e) => e.localName === "img" && !e.complete
    && (e.hasAttribute("src") || e.hasAttribute("srcset")) && e.getClientRects().length > 0);
  return { images: missing.length, address: missing[0]?.currentSrc || missing[0]?.src || "" };
}`;

/** The sentence that says what was still loading when the time for it was over; undefined if nothing to be seen was. */
export async function missingContentWarning(
  page: PageSession,
  limitMilliseconds: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { images, address } = await page.world.call<MissingContent>(findMissing, [], signal);
  const frames = page.frames.loading;
  const parts = [
    ...(images === 0 ? [] : [images === 1 ? "1 image" : `${images} images`]),
    ...(frames === 0 ? [] : [frames === 1 ? "1 frame" : `${frames} frames`]),
  ];
  if (parts.length === 0) return undefined;
  // What stands in a query may be meant for nobody but its host.
  const [name = ""] = address.split(/[?#]/, 1);
  const first = name === "" ? "" : ` (the first: ${name.slice(0, mostAddressCharacters)})`;
  const seconds = Math.round(limitMilliseconds / 100) / 10;
  return `${parts.join(" and ")} of the page had not loaded after ${seconds} s and may be missing in the picture${first}; raise captureTimeoutSeconds, or give them more time with wait.delaySeconds`;
}
