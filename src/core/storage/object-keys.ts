import { formats, formatWords, type Format, type TextFormat } from "../../api/options/formats.ts";

/** Keys of the operator's bucket. Every part is fixed or checked by the API server: no user chooses a prefix. */

/** The file name extension of a format, without the dot. */
export function extensionOf(format: Format): string {
  return formats[format].extension;
}

/** The media type of a format. */
export function mediaTypeOf(format: Format): string {
  return formats[format].mediaType;
}

interface ArtifactName {
  namespace: string;
  uid: string;
  /** From 1. */
  attempt: number;
  format: Format;
}

/** Where the picture of one attempt always goes. */
export function artifactKey(artifact: ArtifactName): string {
  const { namespace, uid, attempt, format } = artifact;
  return `artifacts/${namespace}/${uid}/${attempt}.${extensionOf(format)}`;
}

/** Where the content of the page lies that the picture with this key shows. */
export function contentKey(pictureKey: string, format: TextFormat): string {
  return pictureKey.replace(/\.[a-z]+$/, `.${extensionOf(format)}`);
}

/** Where content lies that jobs of this namespace refer to: by its digest, so that no user chooses a key. */
export function inputKey(namespace: string, sha256: string): string {
  return `inputs/${namespace}/${sha256}`;
}

/** Where the copy for `storage.path` goes, below a prefix of the job's namespace. */
export function storedKey(namespace: string, path: string, format: Format): string {
  return `stored/${namespace}/${path}.${extensionOf(format)}`;
}

/** The format of a media type; undefined for one that Stills does not make. */
export function formatOfMediaType(mediaType: string): Format | undefined {
  return formatWords.find((format) => formats[format].mediaType === mediaType);
}
