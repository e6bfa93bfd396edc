import {
  metadataLimits as limits,
  type FontUse,
  type PageMetadata,
} from "../../api/messages/page-metadata.ts";

/**
 * Reported metadata, limited to what the resource can store: fields of another type are dropped, long texts and lists are cut. Pages
 * control most of it, so it is not trusted. Undefined if nothing is left.
 */
export function boundedMetadata(reported: unknown): PageMetadata | undefined {
  const fields = fieldsOf(reported);
  return withoutUndefined({
    pageTitle: textOf(fields.get("pageTitle"), limits.titleCharacters),
    openGraph: openGraphOf(fields.get("openGraph")),
    icon: iconOf(fields.get("icon")),
    fonts: fontsOf(fields.get("fonts")),
    responseStatusCode: statusCodeOf(fields.get("responseStatusCode")),
    responseHeaders: headersOf(fields.get("responseHeaders")),
    content: contentOf(fields.get("content")),
  });
}

function openGraphOf(reported: unknown): PageMetadata["openGraph"] {
  const fields = fieldsOf(reported);
  return withoutUndefined({
    title: textOf(fields.get("title"), limits.titleCharacters),
    description: textOf(fields.get("description"), limits.descriptionCharacters),
    image: textOf(fields.get("image"), limits.urlCharacters),
  });
}

function iconOf(reported: unknown): PageMetadata["icon"] {
  const fields = fieldsOf(reported);
  const url = textOf(fields.get("url"), limits.urlCharacters);
  if (url === undefined) return undefined;
  const type = textOf(fields.get("type"), limits.typeCharacters);
  return type === undefined ? { url } : { url, type };
}

function contentOf(reported: unknown): PageMetadata["content"] {
  const fields = fieldsOf(reported);
  const format = fields.get("format");
  const sizeBytes = fields.get("sizeBytes");
  if (format !== "HTML" && format !== "Markdown") return undefined;
  if (typeof sizeBytes !== "number" || !Number.isSafeInteger(sizeBytes)) return undefined;
  return { format, sizeBytes: Math.max(0, sizeBytes) };
}

function statusCodeOf(reported: unknown): number | undefined {
  if (typeof reported !== "number" || !Number.isInteger(reported)) return undefined;
  return reported >= 100 && reported <= 999 ? reported : undefined;
}

function fontsOf(reported: unknown): FontUse[] | undefined {
  if (!Array.isArray(reported)) return undefined;
  return reported
    .map(fieldsOf)
    .filter(({ size }) => size > 0)
    .slice(0, limits.fonts)
    .map((fields) => ({
      first: textOf(fields.get("first"), limits.fontNameCharacters) ?? "",
      fallback: textsOf(fields.get("fallback"), limits.fallbackFonts),
      elements: textsOf(fields.get("elements"), limits.fontElements),
    }))
    .filter(({ first }) => first !== "");
}

function headersOf(reported: unknown): Record<string, string> | undefined {
  if (typeof reported !== "object" || reported === null || Array.isArray(reported))
    return undefined;
  const entries = [...fieldsOf(reported)]
    .filter(([name]) => name !== "" && name.length <= limits.headerNameCharacters)
    .slice(0, limits.headers)
    .flatMap(([name, value]) => {
      const text = textOf(value, limits.headerValueCharacters);
      return text === undefined ? [] : [[name, text] as const];
    });
  return Object.fromEntries(entries);
}

function textsOf(reported: unknown, maxCount: number): string[] {
  if (!Array.isArray(reported)) return [];
  return reported
    .slice(0, maxCount)
    .map((entry) => textOf(entry, limits.fontNameCharacters))
    .filter((text) => text !== undefined);
}

/** Cuts the text without leaving half of a surrogate pair. */
function textOf(reported: unknown, maxCharacters: number): string | undefined {
  if (typeof reported !== "string" || reported === "") return undefined;
  return reported.slice(0, maxCharacters).toWellFormed();
}

/** The fields of an object; none for any other value. */
function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}

type WithoutUndefined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** The fields that are not undefined; undefined if there is none. */
function withoutUndefined<Fields extends object>(
  fields: Fields,
): WithoutUndefined<Fields> | undefined {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries) as WithoutUndefined<Fields>;
}
