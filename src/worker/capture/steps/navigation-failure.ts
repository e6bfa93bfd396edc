import { Failure } from "../../../api/reasons/failure.ts";
import type { Reason } from "../../../api/reasons/reasons.ts";
import type { NavigationOutcome } from "../../browser/devtools/page-session.ts";
import type { CaptureEnvironment } from "./capture-step.ts";

interface Translation {
  readonly pattern: RegExp;
  readonly reason: Reason;
  /** Continues "<host> ". */
  readonly sentence: string;
}

/** By Chromium's net error codes (net/base/net_error_list.h); the first match counts. */
const translations: readonly Translation[] = [
  {
    pattern: /ERR_NAME_NOT_RESOLVED|ERR_NAME_RESOLUTION_FAILED|ERR_DNS/,
    reason: "NameNotResolved",
    sentence: "is not a known host name; check the spelling of `url`",
  },
  {
    pattern: /ERR_CERT|ERR_SSL_(SERVER_CERT|PINNED|OBSOLETE|VERSION)/,
    reason: "CertificateInvalid",
    sentence: "has no valid TLS certificate; it must be renewed, or `url` must name another host",
  },
  {
    pattern: /ERR_UNSAFE_PORT|ERR_UNSAFE_REDIRECT|ERR_BLOCKED|ERR_DISALLOWED|ERR_UNKNOWN_URL/,
    reason: "TargetNotAllowed",
    sentence: "may not be visited: the port or the kind of address is one the browser refuses",
  },
  {
    pattern: /ERR_TOO_MANY_REDIRECTS/,
    reason: "TargetNotAPage",
    sentence: "redirects without end; give the address it should end at as `url`",
  },
  {
    // Of the full browser, for an error status without a body.
    pattern: /ERR_HTTP_RESPONSE_CODE_FAILURE/,
    reason: "HostReturnedError",
    sentence: "answered with an error status and an empty document",
  },
  {
    pattern: /ERR_TIMED_OUT|ERR_CONNECTION_TIMED_OUT/,
    reason: "NavigationTimedOut",
    sentence: "did not answer in time",
  },
  {
    pattern: /ERR_CONNECTION_REFUSED/,
    reason: "ConnectionFailed",
    sentence: "refused the connection; check the port in `url` and that the server is up",
  },
];

const fallback: Omit<Translation, "pattern"> = {
  reason: "ConnectionFailed",
  sentence: "could not be reached, or closed the connection",
};

/**
 * Why a navigation did not lead to a page. A refusal of the egress proxy comes first: the browser reports it as a failed connection.
 * @param addresses where the browser ended, then where it started
 */
export function navigationFailure(
  outcome: NavigationOutcome,
  addresses: readonly string[],
  environment: Pick<CaptureEnvironment, "refusalOf">,
): Failure {
  const refusal = refusalOfAny(addresses, environment);
  if (refusal !== undefined) return refusal;
  const code = outcome.errorText ?? "";
  if (outcome.isDownload || code === "net::ERR_ABORTED") return notAPage(outcome);
  const { reason, sentence } = translations.find(({ pattern }) => pattern.test(code)) ?? fallback;
  return new Failure(reason, {
    message: `${hostOf(addresses)} ${sentence}${code === "" ? "" : ` (${code})`}`,
  });
}

/** The egress proxy's refusal of one of the addresses, as a failure; undefined if it refused none. */
export function refusalOfAny(
  addresses: readonly string[],
  environment: Pick<CaptureEnvironment, "refusalOf">,
): Failure | undefined {
  for (const address of addresses) {
    const refusal = environment.refusalOf(address);
    if (refusal !== undefined) return new Failure(refusal.reason, { message: refusal.message });
  }
  return undefined;
}

function notAPage({ isDownload, fileName }: NavigationOutcome): Failure {
  if (!isDownload)
    return new Failure("TargetNotAPage", {
      message:
        "`url` leads to no content (HTTP 204, or the page cancelled the load); give the address of a page",
    });
  const isPDF = fileName?.toLowerCase().endsWith(".pdf") ?? false;
  const kind = isPDF ? "a PDF document, which the browser downloads" : "a file to download";
  return new Failure("TargetNotAPage", {
    message: `\`url\` leads to ${kind}, not to a page; give the address of a page that shows it`,
  });
}

function hostOf(addresses: readonly string[]): string {
  for (const address of addresses) {
    const host = URL.parse(address)?.host;
    if (host !== undefined && host !== "") return host;
  }
  return "The host";
}
