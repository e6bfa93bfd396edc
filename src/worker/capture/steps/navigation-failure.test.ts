import assert from "node:assert/strict";
import { test } from "node:test";
import { navigationFailure } from "./navigation-failure.ts";

const nothingRefused = { refusalOf: () => undefined };
const addresses = ["https://shop.example:8443/a?secret=1", "https://start.example/"];

for (const [code, reason] of [
  ["net::ERR_NAME_NOT_RESOLVED", "NameNotResolved"],
  ["net::ERR_CERT_AUTHORITY_INVALID", "CertificateInvalid"],
  ["net::ERR_CERT_DATE_INVALID", "CertificateInvalid"],
  ["net::ERR_SSL_PROTOCOL_ERROR", "ConnectionFailed"],
  ["net::ERR_CONNECTION_REFUSED", "ConnectionFailed"],
  ["net::ERR_CONNECTION_RESET", "ConnectionFailed"],
  ["net::ERR_EMPTY_RESPONSE", "ConnectionFailed"],
  ["net::ERR_TUNNEL_CONNECTION_FAILED", "ConnectionFailed"],
  ["net::ERR_PROXY_CONNECTION_FAILED", "ConnectionFailed"],
  ["net::ERR_TIMED_OUT", "NavigationTimedOut"],
  ["net::ERR_CONNECTION_TIMED_OUT", "NavigationTimedOut"],
  ["net::ERR_UNSAFE_PORT", "TargetNotAllowed"],
  ["net::ERR_UNSAFE_REDIRECT", "TargetNotAllowed"],
  ["net::ERR_TOO_MANY_REDIRECTS", "TargetNotAPage"],
  ["net::ERR_HTTP_RESPONSE_CODE_FAILURE", "HostReturnedError"],
  ["net::ERR_SOMETHING_NEW", "ConnectionFailed"],
] as const)
  test(`${code} is ${reason}, with the host and nothing else of the address`, () => {
    const failure = navigationFailure(
      { errorText: code, isDownload: false },
      addresses,
      nothingRefused,
    );

    assert.equal(failure.reason, reason);
    assert.match(failure.message, /^shop\.example:8443 /);
    assert.ok(failure.message.endsWith(`(${code})`));
    assert.doesNotMatch(failure.message, /secret/);
  });

test("a refusal of the egress proxy comes before the browser's error, for either address", () => {
  const refusal = { reason: "TransferLimitExceeded", message: "Too much" } as const;
  for (const refused of addresses) {
    const failure = navigationFailure(
      { errorText: "net::ERR_TUNNEL_CONNECTION_FAILED", isDownload: false },
      addresses,
      { refusalOf: (url) => (url === refused ? refusal : undefined) },
    );
    assert.deepEqual([failure.reason, failure.message], [refusal.reason, refusal.message]);
  }
});

test("a download and an answer without content are distinguished", () => {
  const aborted = "net::ERR_ABORTED";
  const download = navigationFailure(
    { errorText: aborted, isDownload: true },
    addresses,
    nothingRefused,
  );
  const nothing = navigationFailure(
    { errorText: aborted, isDownload: false },
    addresses,
    nothingRefused,
  );

  assert.equal(download.reason, "TargetNotAPage");
  assert.match(download.message, /file to download/);
  assert.equal(nothing.reason, "TargetNotAPage");
  assert.match(nothing.message, /no content/);
});
