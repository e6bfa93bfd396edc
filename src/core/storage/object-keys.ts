import type { CaptureSpec } from "../../api/options/capture-spec.generated.ts";

/** Keys of the operator's bucket. Every part is fixed or checked by the API server: no user chooses a prefix. */

/** What lies in the bucket: pictures and, beside them, the content of pages. */
type StoredFormat = CaptureSpec["format"] | NonNullable<CaptureSpec["pageContent"]>;

const extensions = {
  PNG: "png",
  JPEG: "jpg",
  WebP: "webp",
  PDF: "pdf",
  HTML: "html",
  Markdown: "md",
} as const satisfies Record<StoredFormat, string>;

const mediaTypes = {
  PNG: "image/png",
  JPEG: "image/jpeg",
  WebP: "image/webp",
  PDF: "application/pdf",
  HTML: "text/html; charset=utf-8",
  Markdown: "text/markdown; charset=utf-8",
} as const satisfies Record<StoredFormat, string>;

/** The file name extension of a format, without the dot. */
export function extensionOf(format: StoredFormat): string {
  return extensions[format];
}

/** The media type of a format. */
export function mediaTypeOf(format: StoredFormat): string {
  return mediaTypes[format];
}

interface ArtifactName {
  namespace: string;
  uid: string;
  /** From 1. */
  attempt: number;
  format: StoredFormat;
}

/** Where the picture of one attempt always goes. */
export function artifactKey(artifact: ArtifactName): string {
  const { namespace, uid, attempt, format } = artifact;
  return `artifacts/${namespace}/${uid}/${attempt}.${extensions[format]}`;
}

/** Where the content of the page lies that the picture with this key shows. */
export function contentKey(
  pictureKey: string,
  format: NonNullable<CaptureSpec["pageContent"]>,
): string {
  return pictureKey.replace(/\.[a-z]+$/, `.${extensions[format]}`);
}

/** Where the copy for `storage.path` goes, below a prefix of the job's namespace. */
export function storedKey(namespace: string, path: string, format: CaptureSpec["format"]): string {
  return `stored/${namespace}/${path}.${extensions[format]}`;
}

/** The format of a media type; undefined for one that Stills does not make. */
export function formatOfMediaType(mediaType: string): StoredFormat | undefined {
  const formats = Object.keys(mediaTypes) as StoredFormat[];
  return formats.find((format) => mediaTypes[format] === mediaType);
}
