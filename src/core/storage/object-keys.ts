import { formats, formatWords, type Format } from "../../api/options/formats.ts";

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
  /** SHA-256 of the picture, hexadecimal: where another picture of the attempt may be stored, and could be overwritten. */
  sha256?: string | undefined;
}

/** Enough of a SHA-256 for no two pictures of one attempt to have the same. */
const digestCharacters = 32;

/** Where the picture of one attempt goes. */
export function artifactKey(artifact: ArtifactName): string {
  const { namespace, uid, attempt, format, sha256 } = artifact;
  const digest = sha256 === undefined ? "" : `-${sha256.slice(0, digestCharacters)}`;
  return `artifacts/${namespace}/${uid}/${attempt}${digest}.${extensionOf(format)}`;
}

/** What the keys begin with that have a digest in them. */
export function digestKeyPrefix(artifact: Omit<ArtifactName, "format" | "sha256">): string {
  const { namespace, uid, attempt } = artifact;
  return `artifacts/${namespace}/${uid}/${attempt}-`;
}

/** Whether a key is one of `artifactKey` for this attempt. */
export function isArtifactKey(
  key: string,
  { namespace, uid, attempt }: Omit<ArtifactName, "format" | "sha256">,
): boolean {
  const prefix = `artifacts/${namespace}/${uid}/${attempt}`;
  return (
    key.startsWith(prefix) &&
    /^(-[0-9a-f]{32})?(\.slice-\d{1,3})?\.[a-z0-9]+$/.test(key.slice(prefix.length))
  );
}

/** At the end of a key. */
const extension = /\.[a-z0-9]+$/;

/** Where the content of the page lies that the picture with this key shows. */
export function contentKey(pictureKey: string, format: Format): string {
  return pictureKey.replace(extension, `.${extensionOf(format)}`);
}

/** Where content lies that jobs of this namespace refer to: by its digest, so that no user chooses a key. */
export function inputKey(namespace: string, sha256: string): string {
  return `inputs/${namespace}/${sha256}`;
}

/** Where a record of a call lies whose job of this name is gone. */
export function callRecordKey({ namespace, name }: { namespace: string; name: string }): string {
  return `calls/${namespace}/${name}.json`;
}

interface CacheAddress {
  namespace: string;
  account: string;
  /** `spec.cache.key` of the job. */
  key: string;
}

/** Where it is said which picture answers equal calls of an account. */
export function cacheEntryKey({ namespace, account, key }: CacheAddress): string {
  return `cache/${namespace}/${account}/${key}.json`;
}

/** Where the copy of a picture lies that answers equal calls: each job has its own, since links to it stay valid. */
export function cachedPictureKey(
  { namespace, account, key }: CacheAddress,
  { uid, format }: Pick<ArtifactName, "uid" | "format">,
): string {
  return `cache/${namespace}/${account}/${key}/${uid}.${extensionOf(format)}`;
}

/** Where a slice of the picture with this key lies. */
export function sliceKey(pictureKey: string, index: number): string {
  return pictureKey.replace(extension, (found) => `.slice-${index}${found}`);
}

/** Where the copy for `storage.path` goes, below a prefix of the job's namespace. */
export function storedKey(namespace: string, path: string, format: Format): string {
  return `stored/${namespace}/${path}.${extensionOf(format)}`;
}

/** The format of a media type; undefined for one that Stills does not make. */
export function formatOfMediaType(mediaType: string): Format | undefined {
  return formatWords.find((format) => formats[format].mediaType === mediaType);
}
