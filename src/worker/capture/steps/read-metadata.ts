import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import { metadataLimits, type PageMetadata } from "../../../api/messages/page-metadata.ts";
import type { CaptureInProgress, CaptureStep } from "./capture-step.ts";
import { isDoneWithin } from "./wait-limit.ts";

type MetadataName = NonNullable<CaptureSpec["metadata"]>[number];

const readTimeoutMilliseconds = 3000;

/** One function per name, which returns that part of the metadata, cut to the limits of the resource. */
const readers: Record<Exclude<MetadataName, "ResponseHeaders">, string> = {
  PageTitle: `(limits) => ({ pageTitle: document.title.slice(0, limits.titleCharacters) })`,
  OpenGraph: `(limits) => {
    const read = (name, most) => document.querySelector('meta[property="og:' + name + '"], meta[name="og:' + name + '"]')?.content?.slice(0, most);
    const found = {
      title: read("title", limits.titleCharacters),
      description: read("description", limits.descriptionCharacters),
      image: read("image", limits.urlCharacters),
    };
    return Object.values(found).some(Boolean) ? { openGraph: found } : {};
  }`,
  Icon: `(limits) => {
    const links = [...document.querySelectorAll('link[rel~="icon" i][href]')];
    const size = (link) => Math.max(0, ...[...link.sizes].map((text) => text === "any" ? 1e4 : parseInt(text) || 0));
    const fitting = links.filter(({ href }) => href.length <= limits.urlCharacters);
    const best = fitting.toSorted((a, b) => size(b) - size(a))[0];
    if (best === undefined) return {};
    const type = best.type.slice(0, limits.typeCharacters);
    return { icon: { url: best.href, ...(type === "" ? {} : { type }) } };
  }`,
  Fonts: `(limits) => {
    const elementsOf = new Map();
    for (const element of document.querySelectorAll("body, body *")) {
      const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
      if (!hasText || !element.checkVisibility()) continue;
      const family = getComputedStyle(element).fontFamily;
      const elements = elementsOf.get(family) ?? new Set();
      elementsOf.set(family, elements.add(element.localName));
    }
    const name = (text) => text.trim().replace(/^["']|["']$/g, "").slice(0, limits.fontNameCharacters);
    const fonts = [...elementsOf].slice(0, limits.fonts).map(([family, elements]) => {
      const [first = "", ...fallback] = family.split(",").map(name);
      return { first, fallback: fallback.slice(0, limits.fallbackFonts), elements: [...elements].slice(0, limits.fontElements) };
    });
    return { fonts };
  }`,
  ResponseStatusCode: `() => {
    const status = performance.getEntriesByType("navigation")[0]?.responseStatus ?? 0;
    return status === 0 ? {} : { responseStatusCode: status };
  }`,
};

const readAll = `(names, limits) => {
  const readers = { ${Object.entries(readers)
    .map(([name, source]) => `${name}: ${source}`)
    .join(",\n")} };
  return Object.assign({}, ...names.map((name) => readers[name]?.(JSON.parse(limits)) ?? {}));
}`;

/** Reads the `metadata` of the document that the picture shows. */
export const readMetadataStep: CaptureStep = {
  activity: "reading the page's metadata",
  stage: "capture",
  appliesTo: ({ metadata }) => (metadata ?? []).length > 0,
  run: async (state) => {
    let read: PageMetadata = {};
    const names = state.capture.metadata ?? [];
    const reading = isDoneWithin(readTimeoutMilliseconds, state.deadline, async (signal) => {
      const limits = JSON.stringify(metadataLimits);
      read = await state.page.world.call<PageMetadata>(readAll, [names, limits], signal);
    });
    // The picture is captured already, so a failure here costs only the metadata.
    const isRead = await reading.catch(() => false);
    if (!isRead) state.warnings.add("The page's metadata could not be read in time");
    state.metadata = { ...read, ...headersOf(state) };
  },
};

function headersOf({ network, capture }: CaptureInProgress): PageMetadata {
  const appliesTo = capture.metadata?.includes("ResponseHeaders") ?? false;
  if (!appliesTo || network?.responseHeaders === undefined) return {};
  const { headers, headerNameCharacters, headerValueCharacters } = metadataLimits;
  const entries = Object.entries(network.responseHeaders)
    .filter(([name]) => name.length <= headerNameCharacters)
    .slice(0, headers)
    .map(([name, value]) => [name, value.slice(0, headerValueCharacters)]);
  return { responseHeaders: Object.fromEntries(entries) as Record<string, string> };
}
