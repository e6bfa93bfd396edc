import { promises as dns } from "node:dns";
import { TakeError } from "../../core/take/take-error.ts";
import type { Clock } from "../../platform/process/clock.ts";
import { isSettledWithin } from "../../platform/process/settled-within.ts";
import { checkResolvedTarget, checkWebhookURL } from "./webhook-target-policy.ts";
import type { WebhookTargetRules } from "./webhook-target-policy.ts";

export interface WebhookURLRules extends WebhookTargetRules {
  /** If empty, those of the system. */
  dnsServers: readonly string[];
}

/** A slow or unreachable name server must not delay the call for longer. */
const lookupTimeoutMilliseconds = 2_000;

/**
 * Refuses a webhook with an internal target before a job is created. A name that cannot be resolved, or not in time, is accepted: the
 * egress proxy resolves and checks it again at each delivery attempt.
 */
export class WebhookURLValidator {
  readonly #rules: WebhookURLRules;
  readonly #clock: Clock;
  readonly #resolver = new dns.Resolver({ timeout: lookupTimeoutMilliseconds, tries: 1 });

  constructor(rules: WebhookURLRules, clock: Clock) {
    this.#rules = rules;
    this.#clock = clock;
    if (rules.dnsServers.length > 0) this.#resolver.setServers(rules.dnsServers);
  }

  /** @throws TakeError request_not_valid */
  async validate(url: string): Promise<void> {
    let target = checkWebhookURL(url, this.#rules);
    if (target.kind === "Unresolved") {
      const addresses = await this.#resolve(target.host);
      target = checkResolvedTarget(target, addresses, this.#rules);
    }
    if (target.kind !== "Refused") return;
    throw new TakeError("request_not_valid", {
      message: `The request is not valid: "webhook_url" is refused: ${target.message}`,
      reason: "TargetNotAllowed",
    });
  }

  /** The addresses found so far when both lookups have ended or the timeout is over. */
  async #resolve(host: string): Promise<readonly string[]> {
    const found: string[] = [];
    const keep = (addresses: string[]): void => void found.push(...addresses);
    const lookups = [this.#resolver.resolve4(host), this.#resolver.resolve6(host)].map((lookup) =>
      lookup.then(keep, () => undefined),
    );
    await isSettledWithin(Promise.all(lookups), lookupTimeoutMilliseconds, this.#clock);
    return [...found];
  }
}
