import {
  metadataLimits as limits,
  type FontUse,
  type PageMetadata,
} from "../../api/messages/page-metadata.ts";

/**
 * What a worker says of a page, as the resource can hold it: of the right types, cut to the limits, without what it should not
 * have. A page decides most of it, so nothing is taken at its word.
 */
export function boundedMetadata(given: unknown): PageMetadata | undefined {
  if (!isRecord(given)) return undefined;
  const openGraph = isRecord(given["openGraph"]) ? given["openGraph"] : {};
  const status = given["responseStatusCode"];
  const found = withoutGaps({
    pageTitle: textOf(given["pageTitle"], limits.titleCharacters),
    openGraph: withoutGaps({
      title: textOf(openGraph["title"], limits.titleCharacters),
      description: textOf(openGraph["description"], limits.descriptionCharacters),
      image: textOf(openGraph["image"], limits.urlCharacters),
    }),
    icon: iconOf(given["icon"]),
    fonts: fontsOf(given["fonts"]),
    responseStatusCode:
      Number.isInteger(status) && Number(status) >= 100 && Number(status) <= 999
        ? Number(status)
        : undefined,
    responseHeaders: headersOf(given["responseHeaders"]),
    content: contentOf(given["content"]),
  });
  return found as PageMetadata | undefined;
}

function iconOf(given: unknown): PageMetadata["icon"] {
  if (!isRecord(given)) return undefined;
  const url = textOf(given["url"], limits.urlCharacters);
  if (url === undefined) return undefined;
  const type = textOf(given["type"], limits.typeCharacters);
  return type === undefined ? { url } : { url, type };
}

function contentOf(given: unknown): PageMetadata["content"] {
  if (!isRecord(given)) return undefined;
  const { format, sizeBytes } = given;
  if ((format !== "HTML" && format !== "Markdown") || !Number.isSafeInteger(sizeBytes)) return;
  return { format, sizeBytes: Math.max(0, Number(sizeBytes)) };
}

function fontsOf(given: unknown): FontUse[] | undefined {
  if (!Array.isArray(given)) return undefined;
  return given
    .filter(isRecord)
    .slice(0, limits.fonts)
    .map(({ first, fallback, elements }) => ({
      first: textOf(first, limits.fontNameCharacters) ?? "",
      fallback: textsOf(fallback, limits.fallbackFonts),
      elements: textsOf(elements, limits.fontElements),
    }))
    .filter(({ first }) => first !== "");
}

function headersOf(given: unknown): Record<string, string> | undefined {
  if (!isRecord(given)) return undefined;
  const entries = Object.entries(given)
    .filter(([name]) => name !== "" && name.length <= limits.headerNameCharacters)
    .slice(0, limits.headers)
    .flatMap(([name, value]) => {
      const text = textOf(value, limits.headerValueCharacters);
      return text === undefined ? [] : [[name, text] as const];
    });
  return Object.fromEntries(entries);
}

function textsOf(given: unknown, most: number): string[] {
  if (!Array.isArray(given)) return [];
  return given
    .slice(0, most)
    .map((one) => textOf(one, limits.fontNameCharacters))
    .filter((one) => one !== undefined);
}

/** Whole characters only: half of a pair is no text. */
function textOf(given: unknown, longest: number): string | undefined {
  if (typeof given !== "string" || given === "") return undefined;
  return given.slice(0, longest).toWellFormed();
}

/** Without members that are undefined; undefined when nothing is left. */
function withoutGaps(record: Record<string, unknown>): Record<string, unknown> | undefined {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
