import assert from "node:assert/strict";
import { test } from "node:test";
import { TunnelRefused } from "../../platform/http/connect-client.ts";
import { failureOfConnection, failureOfOwnBucket } from "./own-bucket-failure.ts";

const target = { bucket: "shots", host: "s3.example.com" };

const answers: [statusCode: number, code: string, reason: string, says: RegExp][] = [
  [403, "AccessDenied", "BucketDenied", /s3:PutObject/],
  [403, "SignatureDoesNotMatch", "BucketDenied", /check its access key ID/],
  [403, "InvalidAccessKeyId", "BucketDenied", /check its access key ID/],
  [404, "XAdminUserNotFound", "BucketDenied", /check its access key ID/],
  [404, "NoSuchBucket", "BucketInvalid", /'shots' does not exist at s3\.example\.com/],
  [301, "PermanentRedirect", "BucketInvalid", /in another region.*`storage\.endpoint`/],
  [307, "", "BucketInvalid", /in another region/],
  [400, "AuthorizationHeaderMalformed", "BucketInvalid", /in another region/],
  [400, "AccessControlListNotSupported", "BucketInvalid", /AccessControlListNotSupported/],
  [400, "InvalidStorageClass", "BucketInvalid", /InvalidStorageClass/],
  [404, "", "BucketInvalid", /answered 404;/],
  [503, "SlowDown", "BucketUnavailable", /503 SlowDown/],
  [500, "", "BucketUnavailable", /answered 500$/],
  [429, "", "BucketUnavailable", /429/],
  [403, "RequestTimeTooSkewed", "BucketUnavailable", /RequestTimeTooSkewed/],
];
for (const [statusCode, code, reason, says] of answers)
  test(`an own bucket that answers ${statusCode} ${code} is ${reason}`, () => {
    const secret = "<AWSAccessKeyId>AKID</AWSAccessKeyId>";
    const text = code === "" ? "" : `<Error><Code>${code}</Code>${secret}</Error>`;
    const failure = failureOfOwnBucket({ statusCode, text }, target);
    assert.equal(failure?.reason, reason);
    assert.match(failure?.message ?? "", says);
    assert.doesNotMatch(failure?.message ?? "", /AKID/);
  });

test("the region that the service expects is named, and nothing else of its answer", () => {
  const text = (region: string) =>
    `<Error><Code>AuthorizationHeaderMalformed</Code><Region>${region}</Region></Error>`;
  const messageOf = (region: string) =>
    failureOfOwnBucket({ statusCode: 400, text: text(region) }, target)?.message ?? "";
  assert.match(messageOf("eu-west-1"), /is in the region 'eu-west-1'/);
  assert.match(messageOf("<b>eu</b>"), /is in another region/);
});

test("a success is no failure", () => {
  assert.equal(failureOfOwnBucket({ statusCode: 200, text: "" }, target), undefined);
});

function refused(reason: string): TunnelRefused {
  const body = JSON.stringify({ message: "The address of s3.example.com is not public" });
  return new TunnelRefused({ statusCode: 403, authority: "s3.example.com:443", reason, body });
}

const connections: [thrown: unknown, reason: string, says: RegExp][] = [
  [refused("TargetNotAllowed"), "TargetNotAllowed", /^`storage.endpoint`: The address of/],
  [refused("NameNotResolved"), "BucketInvalid", /host name s3\.example\.com/],
  [refused("EgressUnavailable"), "EgressUnavailable", /./],
  [refused("InternalError"), "EgressUnavailable", /./],
  [refused("ConnectionFailed"), "BucketUnavailable", /could not be reached/],
  [refused("TransferLimitExceeded"), "BucketUnavailable", /could not be reached/],
  [Object.assign(new Error("x"), { code: "CERT_HAS_EXPIRED" }), "BucketInvalid", /certificate/],
  [
    Object.assign(new Error("x"), { code: "ERR_TLS_CERT_ALTNAME_INVALID" }),
    "BucketInvalid",
    /ERR_TLS_CERT_ALTNAME_INVALID/,
  ],
  [
    Object.assign(new Error("AKID"), { code: "ECONNRESET" }),
    "BucketUnavailable",
    /could not be reached, or did not answer/,
  ],
];
for (const [thrown, reason, says] of connections)
  test(`no answer, ${thrown instanceof TunnelRefused ? thrown.reason : (thrown as { code: string }).code}, is ${reason}`, () => {
    const failure = failureOfConnection(thrown, target);
    assert.equal(failure.reason, reason);
    assert.match(failure.message, says);
    assert.equal(failure.cause, thrown);
  });
