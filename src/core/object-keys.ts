import type { CaptureSpec } from "../api/capture-spec.generated.ts";

/** Keys of the operator's bucket. Every part is fixed or checked by the API server: no user chooses a prefix. */

const extensions = { PNG: "png", JPEG: "jpg", WebP: "webp", PDF: "pdf" } as const satisfies Record<
  CaptureSpec["format"],
  string
>;

const mediaTypes = {
  PNG: "image/png",
  JPEG: "image/jpeg",
  WebP: "image/webp",
  PDF: "application/pdf",
} as const satisfies Record<CaptureSpec["format"], string>;

/** The file name extension of a format, without the dot. */
export function extensionOf(format: CaptureSpec["format"]): string {
  return extensions[format];
}

/** The media type of a format. */
export function mediaTypeOf(format: CaptureSpec["format"]): string {
  return mediaTypes[format];
}

export interface ArtifactName {
  namespace: string;
  uid: string;
  /** From 1. */
  attempt: number;
  format: CaptureSpec["format"];
}

/** Where the picture of one attempt always goes. */
export function artifactKey(artifact: ArtifactName): string {
  const { namespace, uid, attempt, format } = artifact;
  return `artifacts/${namespace}/${uid}/${attempt}.${extensions[format]}`;
}

/** Where the copy for `storage.path` goes, below a prefix of the job's namespace. */
export function storedKey(namespace: string, path: string, format: CaptureSpec["format"]): string {
  return `stored/${namespace}/${path}.${extensions[format]}`;
}

/** The format of a media type; undefined for one that Stills does not make. */
export function formatOfMediaType(mediaType: string): CaptureSpec["format"] | undefined {
  const formats = Object.keys(mediaTypes) as CaptureSpec["format"][];
  return formats.find((format) => mediaTypes[format] === mediaType);
}
