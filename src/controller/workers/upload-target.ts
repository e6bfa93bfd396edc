import type { AttemptIdentity } from "../../api/messages/attempt-identity.ts";
import type { UploadQuestion } from "../../api/messages/upload-messages.ts";
import type { Format } from "../../api/options/formats.ts";
import { Failure } from "../../api/reasons/failure.ts";
import {
  artifactKey,
  contentKey,
  digestKeyPrefix,
  isArtifactKey,
  sliceKey,
} from "../../core/storage/object-keys.ts";
import type { ObjectFacts, ObjectStore } from "../../platform/objects/object-store.ts";
import { isOfAttempt, metadataOf } from "./upload-metadata.ts";

/** Where an upload goes, or where it is already. */
type UploadTarget =
  { kind: "Free"; key: string; onlyIfAbsent: boolean } | { kind: "Stored"; key: string };

interface Store {
  objectStore: ObjectStore;
  /** Whether the store refuses to overwrite. */
  honoursConditions: boolean;
}

interface Circumstances {
  format: Format;
  signal: AbortSignal;
}

/**
 * The key of an upload, which is written once. Where the store overwrites, or where another capture of the attempt has the key, the
 * digest is part of it.
 */
export async function uploadTarget(
  { objectStore, honoursConditions }: Store,
  question: UploadQuestion,
  { format, signal }: Circumstances,
): Promise<UploadTarget> {
  const { takenKey, writesOnce = false } = question;
  const onlyIfAbsent = honoursConditions && writesOnce;
  if (takenKey === undefined)
    return { kind: "Free", key: keyOf(question, format, !onlyIfAbsent), onlyIfAbsent };
  checkKey(takenKey, question);
  const facts = await objectStore.head(takenKey, { signal });
  if (facts !== undefined && isOwn(facts, question)) return { kind: "Stored", key: takenKey };
  return { kind: "Free", key: keyOf(question, format, facts !== undefined), onlyIfAbsent };
}

/** The picture of an attempt whose worker died before it reported it. */
export async function findArtifact(
  objectStore: ObjectStore,
  attempt: AttemptIdentity,
  { format, signal }: Circumstances,
): Promise<{ key: string; facts: ObjectFacts } | undefined> {
  const plain = keyOf(attempt, format, false);
  const extension = plain.slice(plain.lastIndexOf("."));
  const head = async (key: string) => {
    const facts = await objectStore.head(key, { signal });
    return facts !== undefined && isOfAttempt(facts, attempt) ? { key, facts } : undefined;
  };
  const found = await head(plain);
  if (found !== undefined) return found;
  const prefix = digestKeyPrefix({ ...attempt.job, attempt: attempt.attempt });
  const keys = await objectStore.keysWith(prefix, { signal });
  const key = keys.find((candidate) => candidate.endsWith(extension));
  return key === undefined ? undefined : await head(key);
}

/** A page's content lies beside its picture, under the same name. */
function keyOf(
  question: AttemptIdentity & Partial<Pick<UploadQuestion, "sha256" | "pictureKey" | "slice">>,
  format: Format,
  withDigest: boolean,
): string {
  const { job, attempt, sha256, pictureKey, slice } = question;
  if (pictureKey !== undefined) {
    checkKey(pictureKey, question);
    return slice === undefined ? contentKey(pictureKey, format) : sliceKey(pictureKey, slice);
  }
  const { namespace, uid } = job;
  return artifactKey({ namespace, uid, attempt, format, ...(withDigest && { sha256 }) });
}

/** A worker may ask about objects of its attempt only. */
function checkKey(key: string, { job, attempt }: AttemptIdentity): void {
  const { namespace, uid } = job;
  if (isArtifactKey(key, { namespace, uid, attempt })) return;
  throw new Failure("RequestMalformed", {
    message: "The upload request names an object of another attempt",
  });
}

/** The same bytes; of a page's content, that of the same picture. */
function isOwn(facts: ObjectFacts, question: UploadQuestion): boolean {
  if (!isOfAttempt(facts, question)) return false;
  const { sha256 = "" } = metadataOf(question);
  return question.pictureKey !== undefined || facts.metadata["sha256"] === sha256;
}
