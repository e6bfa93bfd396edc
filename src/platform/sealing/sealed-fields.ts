import { Failure } from "../../api/reasons/failure.ts";
import type { SealedField } from "../../api/kinds/sealed-fields-schema.ts";
import { sealedFieldNames, secretOfField } from "../../api/options/sealed-fields.ts";
import type { CallSecrets } from "../../api/messages/page-secrets.ts";
import { associatedDataOf } from "../../core/tokens/sealed-spec.ts";
import { NotOpened, openBytes, sealBytes, type SealedBytes } from "./hpke.ts";
import { readPrivateKeys, readPublicKey, type SealingKey } from "./sealing-keys.ts";

/** The job that secrets are sealed for, or found in. */
export interface SealedJob {
  namespace: string;
  name: string;
  spec: object;
}

/** One secret with its ciphertext, wherever the job keeps that. */
export type SealedSecret = Pick<SealedField, "field" | "keyID"> & SealedBytes;

const purpose = "stills sealed field";

/** Seals the secrets of a call for one job. */
export class Sealer {
  readonly #key: SealingKey;

  private constructor(key: SealingKey) {
    this.#key = key;
  }

  /** @param pem of a public key. @throws SealingKeyInvalid */
  static async create(pem: string): Promise<Sealer> {
    return new Sealer(await readPublicKey(pem));
  }

  /** The content of `spec.sealed`. The rest of the spec may not change afterwards. */
  async seal(job: SealedJob, secrets: CallSecrets): Promise<SealedSecret[]> {
    const { id, key } = this.#key;
    const sealed: SealedSecret[] = [];
    for (const field of sealedFieldNames) {
      const secret = secrets[secretOfField[field]];
      if (secret === undefined) continue;
      const associatedData = associatedDataOf({ ...job, field });
      const bytes = Buffer.from(JSON.stringify(secret));
      sealed.push({
        field,
        keyID: id,
        ...(await sealBytes(key, bytes, { purpose, associatedData })),
      });
    }
    return sealed;
  }
}

/** Opens the sealed fields of jobs. */
export class Opener {
  readonly #keys: ReadonlyMap<string, CryptoKey>;

  private constructor(keys: ReadonlyMap<string, CryptoKey>) {
    this.#keys = keys;
  }

  /** @param pem of one or more private keys; without any, nothing can be opened. @throws SealingKeyInvalid */
  static async create(pem: string | undefined): Promise<Opener> {
    return new Opener(pem === undefined ? new Map() : await readPrivateKeys(pem));
  }

  /** @throws Failure(SealInvalid), which never says more than which field and why */
  async open(job: SealedJob, fields: readonly SealedSecret[]): Promise<CallSecrets> {
    const secrets: Record<string, unknown> = {};
    for (const sealed of fields) {
      const associatedData = associatedDataOf({ ...job, field: sealed.field });
      const bytes = await this.#openOne(sealed, associatedData);
      secrets[secretOfField[sealed.field]] = JSON.parse(Buffer.from(bytes).toString()) as unknown;
    }
    return secrets;
  }

  async #openOne(sealed: SealedSecret, associatedData: string): Promise<Uint8Array> {
    const { field, keyID } = sealed;
    const key = this.#keys.get(keyID);
    if (key === undefined)
      throw new Failure("SealInvalid", {
        message: `The sealed field ${field} was made for the key '${keyID}', which the controller does not have: give it that private key as well`,
      });
    try {
      return await openBytes(key, sealed, { purpose, associatedData });
    } catch (thrown) {
      if (!(thrown instanceof NotOpened)) throw thrown;
      throw new Failure("SealInvalid", {
        message: `The sealed field ${field} was not made for this job with this spec, or was changed: secrets are given over HTTP, and cannot be copied to another job`,
      });
    }
  }
}
