import type { IncomingMessage } from "node:http";
import { bearerTokenOf, verifyProxyToken } from "../core/tokens/proxy-token.ts";
import type { ProxyGrant } from "../api/messages/proxy-grant.ts";
import type { Clock } from "../platform/process/clock.ts";
import type { Logger } from "../platform/process/logger.ts";
import type { EgressMetrics } from "./metrics.ts";

interface TokenVerifierDependencies {
  tokenKey: string;
  metrics: EgressMetrics;
  clock: Clock;
  log: Logger;
}

/** Verifies the proxy token of each request and counts the rejected ones. */
export class TokenVerifier {
  readonly #dependencies: TokenVerifierDependencies;

  constructor(dependencies: TokenVerifierDependencies) {
    this.#dependencies = dependencies;
  }

  /** The grant in `Proxy-Authorization`; undefined if there is no valid token. */
  verify({ headers }: IncomingMessage): ProxyGrant | undefined {
    const { tokenKey, metrics, clock, log } = this.#dependencies;
    const token = bearerTokenOf(headers["proxy-authorization"]);
    const verdict = verifyProxyToken(token, tokenKey, clock.now());
    if (verdict.valid) return verdict.grant;
    metrics.refusedTokens.increment({ problem: verdict.problem });
    log.debug({ problem: verdict.problem }, "Refused proxy token");
    return undefined;
  }
}
