import type { Readable } from "node:stream";
import { TakeError } from "../../core/take/take-error.ts";
import type { FastifyReply, FastifyRequest } from "../../platform/http/http-app.ts";
import type { AccountDirectory } from "../accounts/account-directory.ts";
import { findNativeAccount, nativeCallerOf } from "../accounts/native-authentication.ts";
import type { GatewayMetrics } from "../metrics.ts";
import { BodyCollector } from "./body-collector.ts";
import { ByteBudget } from "./byte-budget.ts";
import { Problem } from "./problem.ts";

interface BodyAdmissionDependencies {
  /** The largest body. */
  bodyBytes: number;
  /** For all bodies at a time. */
  budgetBytes: number;
  accountDirectory: Pick<AccountDirectory, "findByAccessKey" | "findBySecretKey">;
  metrics: Pick<GatewayMetrics, "bodyBytes">;
}

interface CallerClass {
  budget: ByteBudget;
  limitBytes: number;
  tooLarge: () => TakeError;
}

/** The largest body of a caller whose key is in the body, or who has none. */
const anonymousBodyBytes = 64 * 1024;
/** Callers without a key share a quarter, so that they cannot take the room of the others. */
const anonymousShare = 1 / 4;
const retryAfterSeconds = 5;

/** Decides before a body is read whether there is room for it, by what header and query say of the caller. */
export class BodyAdmission {
  readonly #accountDirectory: BodyAdmissionDependencies["accountDirectory"];
  readonly #known: CallerClass;
  readonly #anonymous: CallerClass;

  constructor({ bodyBytes, budgetBytes, accountDirectory, metrics }: BodyAdmissionDependencies) {
    this.#accountDirectory = accountDirectory;
    const anonymousBytes = Math.floor(budgetBytes * anonymousShare);
    const anonymousLimit = Math.min(anonymousBodyBytes, bodyBytes);
    this.#known = {
      budget: new ByteBudget(budgetBytes - anonymousBytes, (held) =>
        metrics.bodyBytes.set(held, { caller: "Known" }),
      ),
      limitBytes: bodyBytes,
      tooLarge: () => tooLarge(`The body must have at most ${bodyBytes} bytes`),
    };
    this.#anonymous = {
      budget: new ByteBudget(anonymousBytes, (held) =>
        metrics.bodyBytes.set(held, { caller: "Anonymous" }),
      ),
      limitBytes: anonymousLimit,
      tooLarge: () =>
        tooLarge(
          `A body of more than ${anonymousLimit} bytes needs a valid access key in the header \`X-Access-Key\` or in the query`,
        ),
    };
  }

  /**
   * Returns the body to parse. Its bytes are counted until the response has ended, since the parsed body lives as long.
   * @throws TakeError request_body_too_large or temporary_unavailable
   */
  admit(request: FastifyRequest, reply: FastifyReply, body: Readable): Readable {
    if (!hasBody(request)) return body;
    const { budget, limitBytes, tooLarge: error } = this.#classOf(request);
    const announced = request.headers["content-length"];
    const announcedBytes = announced === undefined ? undefined : Number(announced);
    if ((announcedBytes ?? 0) > limitBytes) throw error();
    const release = budget.tryReserve(announcedBytes ?? limitBytes);
    if (release === undefined) {
      // The rest of the body is not read.
      reply.header("connection", "close");
      throw new TakeError("temporary_unavailable", {
        message: "Too many bodies are being received; send the request again later",
        retryAfterSeconds,
      });
    }
    reply.raw.once("close", release);
    if (reply.raw.closed) release();
    const collector = new BodyCollector({ announcedBytes, limitBytes, tooLarge: error });
    body.once("error", (thrown) => collector.destroy(thrown));
    return body.pipe(collector);
  }

  #classOf(request: FastifyRequest): CallerClass {
    const account = findNativeAccount(nativeCallerOf(request), this.#accountDirectory);
    return account instanceof Problem ? this.#anonymous : this.#known;
  }
}

/** Whether the body is going to be read: those of GET and HEAD are not. */
function hasBody({ method, headers }: FastifyRequest): boolean {
  if (method === "GET" || method === "HEAD") return false;
  if (headers["transfer-encoding"] !== undefined) return true;
  return headers["content-length"] !== undefined && headers["content-length"] !== "0";
}

function tooLarge(message: string): TakeError {
  return new TakeError("request_body_too_large", { message });
}
