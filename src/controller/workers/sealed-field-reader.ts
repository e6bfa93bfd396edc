import { Failure } from "../../api/reasons/failure.ts";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import type { SealedField } from "../../api/kinds/sealed-fields-schema.ts";
import type { CallSecrets } from "../../api/messages/page-secrets.ts";
import type { SealedFieldName } from "../../api/options/sealed-fields.ts";
import { sha256Of, sha256OfDigest } from "../../core/storage/content-digest.ts";
import { inputKey } from "../../core/storage/object-keys.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { Opener } from "../../platform/sealing/sealed-fields.ts";

/** Opens sealed fields of jobs, also those whose ciphertext is in the object store. Nothing is kept or logged. */
export class SealedFieldReader {
  readonly #objectStore: ObjectStore;
  readonly #opener: Opener;

  constructor({ objectStore, opener }: { objectStore: ObjectStore; opener: Opener }) {
    this.#objectStore = objectStore;
    this.#opener = opener;
  }

  /** @throws Failure(SealInvalid, ContentNotFound, or of the object store) */
  async open(
    { metadata, spec }: ScreenshotJob,
    isWanted: (field: SealedFieldName) => boolean,
    signal: AbortSignal,
  ): Promise<CallSecrets> {
    const { namespace, name } = metadata;
    const wanted = (spec.sealed ?? []).filter(({ field }) => isWanted(field));
    const fields = await Promise.all(
      wanted.map(async (field) => ({
        ...field,
        ciphertext: field.ciphertext ?? (await this.#storedCiphertext(field, namespace, signal)),
      })),
    );
    return await this.#opener.open({ namespace, name, spec }, fields);
  }

  async #storedCiphertext(
    { field, ciphertextDigest = "" }: SealedField,
    namespace: string,
    signal: AbortSignal,
  ): Promise<string> {
    const sha256 = sha256OfDigest(ciphertextDigest);
    const stored = await this.#objectStore.get(inputKey(namespace, sha256), { signal });
    if (stored === undefined || sha256Of(stored.bytes) !== sha256)
      throw new Failure("ContentNotFound", {
        message: `The sealed field ${field} is no longer in the object store; make the call again`,
      });
    return stored.bytes.toString("base64url");
  }
}
