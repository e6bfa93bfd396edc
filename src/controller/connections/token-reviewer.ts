import { createHash } from "node:crypto";
import { natsTokenAudience } from "../../api/settings/nats-token.ts";
import { reviewToken } from "../../platform/kube/token-reviews.ts";
import type { ReviewedToken } from "../../platform/kube/token-reviews.ts";
import { isTransient } from "../../platform/kube/kube-error.ts";
import type { KubeTransport } from "../../platform/kube/transport.ts";
import type { Clock } from "../../platform/process/clock.ts";

interface Kept {
  token: ReviewedToken;
  atMilliseconds: number;
}

/** Less than the server waits for the answer. */
const limitMilliseconds = 3_000;
const keptMilliseconds = 10 * 60_000;
const mostKept = 10_000;

/**
 * Asks the API server whose a token is. While it does not answer, what it said of a token within the last ten minutes counts: workers come
 * back to NATS without it.
 */
export class TokenReviewer {
  readonly #transport: KubeTransport;
  readonly #clock: Pick<Clock, "monotonicMilliseconds">;
  /** By digest, the oldest first. */
  readonly #kept = new Map<string, Kept>();

  constructor(dependencies: {
    transport: KubeTransport;
    clock: Pick<Clock, "monotonicMilliseconds">;
  }) {
    this.#transport = dependencies.transport;
    this.#clock = dependencies.clock;
  }

  /** Undefined when the token is not valid. @throws KubeError when the API server cannot be asked and has not been lately */
  async review(token: string, signal: AbortSignal): Promise<ReviewedToken | undefined> {
    const digest = createHash("sha256").update(token).digest("base64url");
    try {
      const found = await reviewToken(
        this.#transport,
        { token, audience: natsTokenAudience },
        { signal, timeoutMilliseconds: limitMilliseconds },
      );
      this.#keep(digest, found);
      return found;
    } catch (thrown) {
      const kept = this.#kept.get(digest);
      const now = this.#clock.monotonicMilliseconds();
      const mayBeKept = isTransient(thrown) && kept !== undefined;
      if (!mayBeKept || now - kept.atMilliseconds > keptMilliseconds) throw thrown;
      return kept.token;
    }
  }

  #keep(digest: string, token: ReviewedToken | undefined): void {
    this.#kept.delete(digest);
    if (token === undefined) return;
    this.#kept.set(digest, { token, atMilliseconds: this.#clock.monotonicMilliseconds() });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
  }
}
