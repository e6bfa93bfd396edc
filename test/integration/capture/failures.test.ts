import assert from "node:assert/strict";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import type { CaptureSpec } from "../../../src/api/options/capture-spec.generated.ts";
import { Failure } from "../../../src/api/reasons/failure.ts";
import type { Reason } from "../../../src/api/reasons/reasons.ts";
import { CertificateAuthority } from "../../../src/platform/certificates/certificate-authority.ts";
import { openPageSession } from "../../../src/worker/browser/devtools/page-session.ts";
import { capturePage } from "../../../src/worker/capture/capture-page.ts";
import { aCaptureSpec } from "../../support/capture-spec.ts";
import { CaptureFixture } from "./capture-fixture.ts";

const refused = {
  reason: "TargetNotAllowed",
  message: "inside.test may not be visited",
} as const;
const fixture = await CaptureFixture.open({
  refusals: {
    "inside.test": refused,
    "unknown.test": {
      reason: "NameNotResolved",
      message: "The name of unknown.test could not be resolved",
    },
  },
});
after(() => fixture[Symbol.asyncDispose]());

const load = { until: ["Load" as const], delaySeconds: 0 };
const hasty = { captureTimeoutSeconds: 60, navigationTimeoutSeconds: 5 };

interface Case {
  title: string;
  options: Partial<CaptureSpec>;
  reason: Reason;
  message: RegExp;
}

const cases: Case[] = [
  {
    title: "a file of the worker",
    options: { url: "file:///etc/passwd" },
    reason: "TargetNotAllowed",
    message: /must be an absolute address that begins with https/,
  },
  {
    title: "the source of a file of the worker",
    options: { url: "view-source:file:///etc/passwd" },
    reason: "TargetNotAllowed",
    message: /must be an absolute address that begins with https/,
  },
  {
    title: "an address with a password",
    options: { url: "http://user:secret@example.test/" },
    reason: "TargetNotAllowed",
    message: /^`url` must not contain a user name or password/,
  },
  {
    title: "a port that browsers refuse",
    options: { url: "http://127.0.0.1:6000/" },
    reason: "TargetNotAllowed",
    message: /^127\.0\.0\.1:6000 may not be visited/,
  },
  {
    title: "a host that the proxy refuses, over http",
    options: { url: "http://inside.test/" },
    reason: "TargetNotAllowed",
    message: /^inside\.test may not be visited$/,
  },
  {
    title: "a host that the proxy refuses, over https",
    options: { url: "https://inside.test/" },
    reason: "TargetNotAllowed",
    message: /^inside\.test may not be visited$/,
  },
  {
    title: "a refused host, although host errors are ignored",
    options: { url: "http://inside.test/", hostErrors: "Ignore" },
    reason: "TargetNotAllowed",
    message: /^inside\.test may not be visited$/,
  },
  {
    title: "a name that does not exist",
    options: { url: "https://unknown.test/" },
    reason: "NameNotResolved",
    message: /^The name of unknown\.test could not be resolved$/,
  },
  {
    title: "a host that closes the connection",
    options: { url: "/hostile/reset" },
    reason: "ConnectionFailed",
    message: /^127\.0\.0\.1:\d+ could not be reached, or closed the connection/,
  },
  {
    title: "a page that is not there",
    options: { url: "/hostile/status/404" },
    reason: "HostReturnedError",
    message: /answered with HTTP status 404; set hostErrors to Ignore/,
  },
  {
    title: "a page that asks for a password",
    options: { url: "/hostile/status/401" },
    reason: "HostReturnedError",
    message: /answered with HTTP status 401/,
  },
  {
    title: "an empty answer with status 500",
    options: { url: "/hostile/status/500?empty" },
    reason: "HostReturnedError",
    message: /answered with HTTP status 500/,
  },
  {
    title: "a download",
    options: { url: "/hostile/download" },
    reason: "TargetNotAPage",
    message: /leads to a file to download/,
  },
  {
    title: "a file that browsers show by other means",
    options: { url: "/hostile/document" },
    reason: "TargetNotAPage",
    message: /leads to a PDF document, which the browser downloads, not to a page/,
  },
  {
    title: "an answer without content",
    options: { url: "/hostile/no-content" },
    reason: "TargetNotAPage",
    message: /leads to no content/,
  },
  {
    title: "redirects without end",
    options: { url: "/hostile/endless-redirect" },
    reason: "TargetNotAPage",
    message: /redirects without end/,
  },
  {
    title: "a host that never answers",
    options: { url: "/hostile/never", ...hasty },
    reason: "NavigationTimedOut",
    message: /host did not answer within navigationTimeoutSeconds \(5\)/,
  },
  {
    title: "a document that never ends",
    options: { url: "/hostile/drip", ...hasty },
    reason: "NavigationTimedOut",
    message: /did not finish loading within navigationTimeoutSeconds \(5\)/,
  },
  {
    title: "an image that never comes",
    options: { url: "/hostile/never-image", ...hasty },
    reason: "NavigationTimedOut",
    message: /did not finish loading/,
  },
  {
    title: "a selector that nothing matches",
    options: { url: "/blank", wait: { ...load, selector: "#nothing" }, captureTimeoutSeconds: 8 },
    reason: "WaitTimedOut",
    message:
      /^Nothing matched wait\.selector "#nothing" within \d s; .*captureTimeoutSeconds \(now 8\)/,
  },
  {
    title: "a wait.selector that is not CSS",
    options: { url: "/blank", wait: { ...load, selector: "#1" } },
    reason: "SelectorInvalid",
    message:
      /^"#1" in wait\.selector is not a valid CSS selector; try it with document\.querySelector/,
  },
  {
    title: "a hidden selector that is not CSS",
    options: { url: "/blank", hideSelectors: ["p", "a >> b"] },
    reason: "SelectorInvalid",
    message: /^"a >> b" in hideSelectors/,
  },
  {
    title: "an element.selector that is not CSS",
    options: { url: "/blank", extent: "Element", element: { selector: "[", whenMissing: "Fail" } },
    reason: "SelectorInvalid",
    message: /^"\[" in element\.selector/,
  },
  ...["#nothing", "#empty", "#hidden"].map((selector) => ({
    title: `an element to capture that is not to be seen, ${selector}`,
    options: {
      url: "/elements",
      extent: "Element" as const,
      element: { selector, whenMissing: "Fail" as const },
      captureTimeoutSeconds: 8,
    },
    reason: "SelectorNotFound" as const,
    message: new RegExp(`^Nothing visible matched element\\.selector "${selector}" within \\d s`),
  })),
  {
    title: "a script that throws",
    options: { url: "/blank", scripts: ["1", `throw new Error("boom")`] },
    reason: "ScriptFailed",
    message: /^scripts\[1\] threw: Error: boom$/,
  },
  {
    title: "a script whose promise is rejected",
    options: { url: "/blank", scripts: [`await Promise.reject("no")`] },
    reason: "ScriptFailed",
    message: /^scripts\[0\] threw: no$/,
  },
  {
    title: "a script that is no JavaScript",
    options: { url: "/blank", scripts: ["hide the banner"] },
    reason: "ScriptFailed",
    message: /^scripts\[0\] threw: SyntaxError/,
  },
  {
    title: "a script that goes elsewhere at once",
    options: { url: "/blank", scripts: [`location.href = "/corners"`] },
    reason: "ScriptTriggeredRedirect",
    message: /made the page go to another address/,
  },
  {
    title: "a script that goes elsewhere later",
    options: {
      url: "/blank",
      scripts: [`setTimeout(() => location.assign("/corners"), 300)`],
      wait: { ...load, delaySeconds: 2 },
    },
    reason: "ScriptTriggeredRedirect",
    message: /made the page go to another address/,
  },
  {
    title: "a delay longer than the capture may take",
    options: { url: "/blank", wait: { ...load, delaySeconds: 60 }, captureTimeoutSeconds: 8 },
    reason: "CaptureTimedOut",
    message: /and was waiting for wait\.delaySeconds when/,
  },
  {
    title: "a picture of too many pixels",
    options: {
      url: "/blank",
      viewport: { widthPixels: 5000, heightPixels: 5000, deviceScalePercent: 200 },
    },
    reason: "PictureTooLarge",
    message:
      /^The picture would be 10000 x 10000 pixels, but at most 60 megapixels are allowed\. Choose a smaller viewport/,
  },
  {
    title: "a capture of nothing",
    options: {},
    reason: "RequestMalformed",
    message: /names neither url, html nor markdown/,
  },
];

for (const { title, options, reason, message } of cases)
  test(`${reason}: ${title}`, async () => {
    await assert.rejects(fixture.capture(options), { name: "Failure", reason, message });
  });

test("CertificateInvalid: a host whose certificate has no trusted issuer", async () => {
  const authority = new CertificateAuthority("nobody");
  const { certificatePEM, privateKeyPEM } = authority.issue({
    commonName: "127.0.0.1",
    hosts: ["127.0.0.1"],
  });
  const server = createServer({ cert: certificatePEM, key: privateKeyPEM }, (_, response) =>
    response.end("secret"),
  );
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  try {
    const { port } = server.address() as AddressInfo;

    await assert.rejects(fixture.capture({ url: `https://127.0.0.1:${port}/` }), {
      reason: "CertificateInvalid",
      message: /has no valid TLS certificate/,
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("an aborted capture rejects with the reason of its signal", async () => {
  const cancelled = new Failure("Cancelled", { message: "The job was cancelled" });
  const controller = new AbortController();
  setTimeout(() => controller.abort(cancelled), 300);

  const capture = fixture.capture({ url: "/hostile/never" }, { signal: controller.signal });

  await assert.rejects(capture, (thrown) => thrown === cancelled);
});

test("PictureTooLarge: a picture that would be scaled beyond the limit, before its page is loaded", async () => {
  const url = "/blank?never-visited";
  await assert.rejects(fixture.capture({ url, format: "WebP", resize: { widthPixels: 16_383 } }), {
    reason: "PictureTooLarge",
    message: /would be scaled to 16383 x \d+ pixels, but at most 60/,
  });
  assert.ok(!fixture.site.visited.includes(url));
});

test("BrowserFailed: the browser ends during a capture", async () => {
  await using doomed = await CaptureFixture.open();
  const capture = doomed.capture({ url: "/blank", wait: { ...load, delaySeconds: 30 } });
  setTimeout(() => process.kill(doomed.browser.pid, "SIGKILL"), 1000);

  await assert.rejects(capture, { reason: "BrowserFailed" });
});

test("every call on a page that has ended fails at once", async () => {
  const context = await fixture.browser.createContext(9);
  using page = await openPageSession(context, AbortSignal.timeout(30_000));
  await context.dispose();

  const capture = capturePage(
    page,
    aCaptureSpec({ html: "<p>", captureTimeoutSeconds: 30, navigationTimeoutSeconds: 10 }),
    {
      signal: new AbortController().signal,
      refusalOf: () => undefined,
      scalePicture: (bytes, order, signal) => fixture.encoders.scale(bytes, order, signal),
      encodeVideo: () => Promise.reject(new Error("No animation is recorded here")),
    },
  );

  await assert.rejects(capture, { reason: "BrowserFailed" });
});
