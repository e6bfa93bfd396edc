import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { annotations, labels } from "../../api/settings/kubernetes-names.ts";
import { specDigestOf } from "./sealed-spec.ts";
import { isSignatureOf, signatureOf } from "./signature.ts";

export interface JobProofSettings {
  /** The same for all gateways and controllers. */
  key: string;
  /** Jobs that were created before this time, in epoch milliseconds, need no proof: gateways of an earlier version gave none. */
  requiredFromMilliseconds: number;
}

interface ProvenFacts {
  namespace: string;
  name: string;
  account: string;
  /** The value of the reply annotation. */
  reply: string | undefined;
  spec: object;
}

type JobMetadata = ScreenshotJob["metadata"];

/**
 * Proofs that a gateway created a job for an account: every user who may edit jobs can write any label and annotation. A proof is
 * `<digest of the spec>.<HMAC-SHA256>`; the HMAC is over the facts and that digest, so that checking whom a job counts for needs no digest
 * of its spec.
 */
export class JobProofs {
  readonly #key: string;
  readonly #requiredFromMilliseconds: number;

  constructor({ key, requiredFromMilliseconds }: JobProofSettings) {
    this.#key = key;
    this.#requiredFromMilliseconds = requiredFromMilliseconds;
  }

  /** The value of the proof annotation. */
  create({ spec, ...facts }: ProvenFacts): string {
    const digest = specDigestOf(spec);
    return `${digest}.${signatureOf(provenText(facts, digest), this.#key)}`;
  }

  /** The account that the job counts for; undefined if no gateway created it for one. */
  accountOf({ metadata }: Pick<ScreenshotJob, "metadata">): string | undefined {
    const account = metadata.labels?.[labels.account];
    return account !== undefined && this.#isProven(metadata, account) ? account : undefined;
  }

  /** The account that asked for exactly this spec: who deletes a job can create another one with its name and annotations. */
  authorOf({ metadata, spec }: Pick<ScreenshotJob, "metadata" | "spec">): string | undefined {
    const account = this.accountOf({ metadata });
    if (account === undefined || this.#isEarlier(metadata)) return account;
    return proofOf(metadata).digest === specDigestOf(spec) ? account : undefined;
  }

  /** Where a gateway waits for the picture; undefined if no gateway created the job with this address. */
  replyOf({ metadata }: Pick<ScreenshotJob, "metadata">): string | undefined {
    if (this.accountOf({ metadata }) === undefined) return undefined;
    return metadata.annotations?.[annotations.reply];
  }

  #isProven(metadata: JobMetadata, account: string): boolean {
    if (this.#isEarlier(metadata)) return true;
    const { digest, signature } = proofOf(metadata);
    const { namespace, name } = metadata;
    const reply = metadata.annotations?.[annotations.reply];
    const text = provenText({ namespace, name, account, reply }, digest);
    return isSignatureOf(text, this.#key, { given: signature });
  }

  /** The API server sets the time of creation. */
  #isEarlier({ creationTimestamp }: JobMetadata): boolean {
    return Date.parse(creationTimestamp) < this.#requiredFromMilliseconds;
  }
}

function proofOf(metadata: JobMetadata): { digest: string; signature: string } {
  const [digest = "", signature = ""] = (metadata.annotations?.[annotations.proof] ?? "").split(
    ".",
    2,
  );
  return { digest, signature };
}

/** Begins with a word of its own, so that no other signed text can be a proof. */
function provenText(
  { namespace, name, account, reply }: Omit<ProvenFacts, "spec">,
  digest: string,
): string {
  return `job proof\n${JSON.stringify([namespace, name, account, reply ?? null, digest])}`;
}
