import { promises as dns } from "node:dns";
import { TakeError } from "../../core/take/take-error.ts";
import { judgeResolvedTarget, judgeWebhookTarget } from "./webhook-target.ts";
import type { WebhookTargetRules } from "./webhook-target.ts";

export interface WebhookGuardOptions extends WebhookTargetRules {
  /** Empty: those of the system. */
  dnsServers: readonly string[];
}

/** A name server that is slow, or cannot be reached from here, must not hold the call up. */
const lookUpMilliseconds = 2_000;

/**
 * Refuses a webhook that leads inside before anything is made. What cannot be known here (a name that is not found, or not in
 * time) passes: the egress proxy looks again at every try, and dials only what it has checked itself.
 */
export class WebhookGuard {
  readonly #options: WebhookGuardOptions;
  readonly #resolver = new dns.Resolver({ timeout: lookUpMilliseconds, tries: 1 });

  constructor(options: WebhookGuardOptions) {
    this.#options = options;
    if (options.dnsServers.length > 0) this.#resolver.setServers(options.dnsServers);
  }

  /** @throws TakeError request_not_valid */
  async check(url: string): Promise<void> {
    let target = judgeWebhookTarget(url, this.#options);
    if (target.kind === "Unresolved") {
      const addresses = await this.#lookUp(target.host);
      target = judgeResolvedTarget(target, addresses, this.#options);
    }
    if (target.kind !== "Refused") return;
    throw new TakeError("request_not_valid", {
      message: `The request is not valid: "webhook_url" is refused: ${target.message}`,
      reason: "TargetNotAllowed",
    });
  }

  async #lookUp(host: string): Promise<readonly string[]> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const limit = setTimeout(resolve, lookUpMilliseconds);
    const found: string[] = [];
    const keep = (addresses: string[]): void => void found.push(...addresses);
    const answers = [this.#resolver.resolve4(host), this.#resolver.resolve6(host)].map((answer) =>
      answer.then(keep, () => undefined),
    );
    await Promise.race([Promise.all(answers), late]);
    clearTimeout(limit);
    return [...found];
  }
}
