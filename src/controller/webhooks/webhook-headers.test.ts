import assert from "node:assert/strict";
import { test } from "node:test";
import type { ScreenshotJobStatus, WebhookSpec } from "../../api/kinds/resource-types.ts";
import { aJob, aWebhook } from "../../../test/support/job-records.ts";
import { webhookHeadersOf } from "./webhook-headers.ts";

const publicURL = "https://shots.example.com";

function succeeded(status: "True" | "False", message: string): ScreenshotJobStatus {
  const reason = status === "True" ? "Captured" : "SelectorNotFound";
  return {
    durationMilliseconds: 2_560,
    conditions: [
      {
        ...{ type: "Succeeded", status, reason, message },
        ...{ observedGeneration: 1, lastTransitionTime: "2026-11-24T12:00:09Z" },
      },
    ],
  };
}

const artifact = {
  ...{ bucket: "stills", key: "artifacts/marketing/u/1.png", digest: `sha256:${"0".repeat(64)}` },
  ...{ sizeBytes: 7, mediaType: "image/png", widthPixels: 4, heightPixels: 3 },
};
const location = "https://s3.example.com/stills/stored/marketing/a.png";

function headersOf(webhook: Partial<WebhookSpec>, status: ScreenshotJobStatus) {
  const job = aJob({ webhook: aWebhook(webhook), storage: { path: "a" } }, status);
  return webhookHeadersOf(job, { publicURL, linkKey: "k".repeat(32) });
}

test("a success says who, how long and how large", () => {
  const status = { ...succeeded("True", "A picture"), artifact, location };
  assert.deepEqual(headersOf({ body: "Result", externalIdentifier: "order42" }, status), {
    "x-screenshotone-trace-id": "pricing",
    "x-screenshotone-external-identifier": "order42",
    "x-screenshotone-rendering-seconds": "2.56",
    "x-screenshotone-size-bytes": "7",
  });
});

test("with the picture as body the headers say what the JSON would have said", () => {
  const status = { ...succeeded("True", "A picture"), artifact, location };
  const asked = { body: "Picture", returnLocation: true, returnImageSize: true } as const;
  assert.deepEqual(headersOf(asked, status), {
    "x-screenshotone-trace-id": "pricing",
    "x-screenshotone-rendering-seconds": "2.56",
    "x-screenshotone-size-bytes": "7",
    "x-screenshotone-image-width": "4",
    "x-screenshotone-image-height": "3",
    "x-screenshotone-store-bucket": "stills",
    "x-screenshotone-store-key": "stored/marketing/a.png",
    "x-screenshotone-store-location": location,
  });
});

test("a failure has code, message and page, and the message is one line of printable ASCII", () => {
  const status = succeeded("False", "No “h1”\r\nx-forged: 1\u0000 here");
  const headers = headersOf({ body: "Picture" }, status);
  assert.equal(headers["x-screenshotone-error-code"], "selector_not_found");
  assert.equal(headers["x-screenshotone-error-message"], "No ?h1? x-forged: 1? here");
  assert.equal(
    headers["x-screenshotone-documentation-url"],
    "https://shots.example.com/docs/errors/selector-not-found",
  );
  assert.equal(headers["x-stills-reason"], "SelectorNotFound");
});
