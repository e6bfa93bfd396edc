import { subjects } from "../../api/messages/subjects.ts";
import { parseUsageAnswer, type UsageAnswer } from "../../api/messages/usage-messages.ts";
import type { AccountSpec } from "../../api/kinds/resource-types.ts";
import { invalidRequest, TakeError } from "../../core/take/take-error.ts";
import { disconnectSignalOf } from "../../platform/http/disconnect-signal.ts";
import type { HTTPApp } from "../../platform/http/http-app.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Problem } from "../http/problem.ts";
import { askLeader } from "./ask-leader.ts";
import type { AccountDirectory, KnownAccount } from "./account-directory.ts";
import { findNativeAccount, nativeCallerOf } from "./native-authentication.ts";

interface UsageRouteDependencies {
  nats: Nats;
  accountDirectory: AccountDirectory;
}

/** Instead of a limit that the account does not have: typed clients want an integer, and would read `null` as 0. */
const unlimited = Number.MAX_SAFE_INTEGER;
const nanosecondsPerMillisecond = 1_000_000;

/** `GET /usage`: what an account has used of its limits, as the original API answers it. */
export function registerUsageRoute(
  app: HTTPApp,
  { nats, accountDirectory }: UsageRouteDependencies,
): void {
  app.get("/usage", async (request, reply) => {
    const caller = nativeCallerOf(request);
    const found = findNativeAccount(caller, accountDirectory);
    if (!("spec" in found)) throw refusalOf(found);
    const others = [...caller.query.keys()].filter((name) => name !== "access_key");
    if (others.length > 0) throw invalidRequest(others.map((name) => `"${name}" is not allowed`));
    const answer = await askUsage(nats, found, disconnectSignalOf(reply));
    return reply.send(usageBody(answer, found.spec.limits));
  });
}

async function askUsage(
  nats: Nats,
  { name: account }: KnownAccount,
  signal: AbortSignal,
): Promise<UsageAnswer> {
  const question = { account };
  const needed = "The usage of the account";
  const subject = subjects.ask.usage;
  return parseUsageAnswer(await askLeader(nats, { subject, question, needed, signal }));
}

/**
 * The answer of the original: `used` are the pictures of this month, `available` what the account may still take in it; calls that have
 * not ended may become pictures.
 * `concurrency` describes the current minute; `reset` is when it ends, in nanoseconds of the Unix epoch.
 */
export function usageBody(answer: UsageAnswer, limits: AccountSpec["limits"] = {}): object {
  const { requestsPerMonth, requestsPerMinute } = limits;
  return {
    total: requestsPerMonth ?? unlimited,
    available: remainingOf(requestsPerMonth, answer.succeededThisMonth + (answer.unfinished ?? 0)),
    used: answer.succeededThisMonth,
    concurrency: {
      limit: requestsPerMinute ?? unlimited,
      remaining: remainingOf(requestsPerMinute, answer.startedThisMinute),
      // Exact, although beyond the safe integers: it is a multiple of a minute, and so of 2048.
      reset: answer.nextMinuteMilliseconds * nanosecondsPerMillisecond,
    },
  };
}

function remainingOf(limit: number | undefined, used: number): number {
  return limit === undefined ? unlimited : Math.max(0, limit - used);
}

/** The refusal of a native route in the words of the original API. */
function refusalOf({ code, message }: Problem): TakeError {
  if (code === "SecretKeyRequired") return new TakeError("signature_is_required", { message });
  const isMissing = code === "access_key_required";
  return new TakeError(isMissing ? code : "access_key_invalid", { message });
}
