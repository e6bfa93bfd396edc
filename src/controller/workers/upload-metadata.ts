import type { Artifact } from "../../api/kinds/resource-types.ts";
import type { AttemptIdentity } from "../../api/messages/attempt-identity.ts";
import type { UploadQuestion } from "../../api/messages/upload-messages.ts";
import type { ObjectFacts } from "../../platform/objects/object-store.ts";

/**
 * Names of the metadata of an uploaded object. From it the result is restored if the worker dies before it publishes it.
 */
const metadataNames = {
  uid: "job-uid",
  attempt: "attempt",
  sha256: "sha256",
  width: "width-pixels",
  height: "height-pixels",
} as const;

/** The metadata that an upload must have. */
export function metadataOf(question: UploadQuestion): Record<string, string> {
  return {
    [metadataNames.uid]: question.job.uid,
    [metadataNames.attempt]: String(question.attempt),
    [metadataNames.sha256]: question.sha256,
    ...(question.widthPixels === undefined || question.heightPixels === undefined
      ? {}
      : {
          [metadataNames.width]: String(question.widthPixels),
          [metadataNames.height]: String(question.heightPixels),
        }),
  };
}

/** The part of it that says which bytes of which job an object has. */
export function metadataOfArtifact(uid: string, { digest }: Artifact): Record<string, string> {
  return { [metadataNames.uid]: uid, [metadataNames.sha256]: digest.replace(/^sha256:/, "") };
}

/** Empty for a document, which has no size in pixels. */
function sizeFrom({ metadata }: ObjectFacts): Pick<Artifact, "widthPixels" | "heightPixels"> {
  const width = metadata[metadataNames.width];
  const height = metadata[metadataNames.height];
  if (width === undefined || height === undefined) return {};
  return { widthPixels: Number(width), heightPixels: Number(height) };
}

/** Whether the object was uploaded by this attempt and its metadata is well-formed. */
export function isOfAttempt(facts: ObjectFacts, question: AttemptIdentity): boolean {
  const { metadata } = facts;
  return (
    metadata[metadataNames.uid] === question.job.uid &&
    metadata[metadataNames.attempt] === String(question.attempt) &&
    /^[0-9a-f]{64}$/.test(metadata[metadataNames.sha256] ?? "") &&
    Number.isSafeInteger(Number(metadata[metadataNames.width] ?? 0)) &&
    Number.isSafeInteger(Number(metadata[metadataNames.height] ?? 0))
  );
}

/** The artifact that the metadata of an uploaded object describes. */
export function artifactOf(
  facts: ObjectFacts,
  { bucket, key, mediaType }: Pick<Artifact, "bucket" | "key" | "mediaType">,
): Artifact {
  return {
    bucket,
    key,
    digest: `sha256:${facts.metadata[metadataNames.sha256]}`,
    sizeBytes: facts.sizeBytes,
    mediaType,
    ...sizeFrom(facts),
  };
}
