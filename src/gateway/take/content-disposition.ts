import { extensionOf, formatOfMediaType } from "../../core/storage/object-keys.ts";

/** The header of a file that the caller has named; none otherwise. */
export function attachmentHeaders(
  name: string | undefined,
  mediaType: string,
): Record<string, string> {
  if (name === undefined) return {};
  const extension = extensionOf(formatOfMediaType(mediaType) ?? "PNG");
  return { "content-disposition": contentDisposition(name, extension) };
}

/** The header that names a file to save (RFC 6266); a name beyond ASCII is given twice, as old and as new clients read it. */
export function contentDisposition(name: string, extension: string): string {
  const file = `${name.toWellFormed().replaceAll(/[/\\\p{Cc}]/gu, "_")}.${extension}`;
  const plain = file.replaceAll(/[^ -~]|["%]/gu, "_");
  if (plain === file) return `attachment; filename="${file}"`;
  return `attachment; filename="${plain}"; filename*=UTF-8''${extendedValue(file)}`;
}

/** RFC 8187. */
function extendedValue(text: string): string {
  const escaped = (one: string): string => `%${one.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replaceAll(/['()*]/g, escaped);
}
