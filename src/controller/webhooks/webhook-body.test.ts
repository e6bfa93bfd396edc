import assert from "node:assert/strict";
import { test } from "node:test";
import type { DeliveryBody } from "../../api/messages/delivery-messages.ts";
import type {
  ScreenshotJob,
  ScreenshotJobStatus,
  WebhookSpec,
} from "../../api/kinds/resource-types.ts";
import { aJob, aWebhook } from "../../../test/support/job-records.ts";
import { webhookBodyOf } from "./webhook-body.ts";
import { ScreenshotOneSignature } from "./webhook-signature.ts";

const addresses = { publicURL: "https://shots.example.com", linkKey: "k".repeat(32) };
const hex = "ab".repeat(32);

const succeeded: ScreenshotJobStatus = {
  completionTime: "2026-11-24T12:00:09Z",
  durationMilliseconds: 9_000,
  attempts: 1,
  location: "https://s3.example.com/stills/stored/marketing/a.png",
  artifact: {
    bucket: "stills",
    key: "artifacts/marketing/u/1.png",
    digest: `sha256:${hex}`,
    sizeBytes: 7,
    mediaType: "image/png",
    widthPixels: 4,
    heightPixels: 3,
  },
  conditions: [
    {
      ...{ type: "Succeeded", status: "True", reason: "Captured", message: "A picture is stored" },
      ...{ observedGeneration: 1, lastTransitionTime: "2026-11-24T12:00:09Z" },
    },
  ],
};

const failed: ScreenshotJobStatus = {
  ...{ completionTime: "2026-11-24T12:00:09Z", durationMilliseconds: 9_000, attempts: 4 },
  conditions: [
    {
      ...{ type: "Succeeded", status: "False", reason: "NavigationTimedOut", message: "Too slow" },
      ...{ observedGeneration: 1, lastTransitionTime: "2026-11-24T12:00:09Z" },
    },
  ],
};

function bodyOf(webhook: Partial<WebhookSpec>, status = succeeded, path?: string): DeliveryBody {
  const storage = path === undefined ? {} : { storage: { path } };
  return webhookBodyOf(aJob({ webhook: aWebhook(webhook), ...storage }, status), addresses);
}

function jsonOf(body: DeliveryBody): Record<string, unknown> {
  assert.equal(body.kind, "Text");
  return JSON.parse(body.kind === "Text" ? body.text : "") as Record<string, unknown>;
}

test("Envelope has the type, the time and the fields of the resource", () => {
  const body = bodyOf({ externalIdentifier: "order42" });
  assert.deepEqual(jsonOf(body), {
    type: "stills_job.succeeded",
    timestamp: "2026-11-24T12:00:09Z",
    data: {
      ...{ namespace: "marketing", name: "pricing", uid: "5f6d0c1e-0000-4000-8000-000000000001" },
      ...{ externalIdentifier: "order42", reason: "Captured", message: "A picture is stored" },
      ...{ attempts: 1, durationMilliseconds: 9_000, completionTime: "2026-11-24T12:00:09Z" },
      ...{ location: succeeded.location, artifact: succeeded.artifact },
    },
  });
});

test("Envelope of a failure has its reason and no picture", () => {
  const { type, data } = jsonOf(bodyOf({}, failed)) as { type: string; data: object };
  assert.equal(type, "stills_job.failed");
  assert.deepEqual(data, {
    ...{ namespace: "marketing", name: "pricing", uid: "5f6d0c1e-0000-4000-8000-000000000001" },
    ...{ reason: "NavigationTimedOut", message: "Too slow", attempts: 4 },
    ...{ durationMilliseconds: 9_000, completionTime: "2026-11-24T12:00:09Z" },
  });
});

test("Result has location and size only when they were requested", () => {
  const plain = jsonOf(bodyOf({ body: "Result" }, succeeded, "a"));
  assert.deepEqual(Object.keys(plain), ["screenshot_url", "store"]);
  assert.deepEqual(plain["store"], { bucket: "stills", key: "stored/marketing/a.png" });
  const asked = { body: "Result", returnLocation: true, returnImageSize: true } as const;
  const full = jsonOf(bodyOf(asked, succeeded, "a"));
  assert.equal((full["store"] as { location: string }).location, succeeded.location);
  assert.deepEqual(full["metadata"], { image_size: { width: 4, height: 3 } });
});

test("Result of a failure is the error that /take answers", () => {
  assert.deepEqual(jsonOf(bodyOf({ body: "Result" }, failed)), {
    is_successful: false,
    error_code: "timeout_error",
    error_message: "Too slow",
    documentation_url: "https://shots.example.com/docs/errors/timeout",
  });
});

test("Picture refers to the stored bytes; without one the body is empty", () => {
  assert.deepEqual(bodyOf({ body: "Picture" }), {
    kind: "Picture",
    ...{ mediaType: "image/png", key: "artifacts/marketing/u/1.png", sha256: hex, sizeBytes: 7 },
  });
  assert.deepEqual(bodyOf({ body: "Picture" }, failed), {
    ...{ kind: "Text", mediaType: "application/octet-stream", text: "" },
  });
});

test("the bytes depend neither on the order in which the server writes fields nor on what came later", () => {
  for (const body of ["Envelope", "Result"] as const) {
    const webhook = { body, returnLocation: true, returnImageSize: true };
    const job = aJob({ webhook: aWebhook(webhook), storage: { path: "a" } }, succeeded);
    const later = reversed(job) as ScreenshotJob;
    later.metadata.resourceVersion = "9999";
    later.status?.conditions?.push({
      ...{ type: "Notified", status: "Unknown", reason: "DeliveryPending", message: "" },
      ...{ observedGeneration: 1, lastTransitionTime: "2026-11-24T12:00:09Z" },
    });
    assert.deepEqual(webhookBodyOf(later, addresses), webhookBodyOf(job, addresses));
  }
});

test("a body and its signature, as fixed bytes", () => {
  const body = bodyOf({ body: "Result" }, failed);
  const text = body.kind === "Text" ? body.text : "";
  assert.equal(
    text,
    '{"is_successful":false,"error_code":"timeout_error","error_message":"Too slow","documentation_url":"https://shots.example.com/docs/errors/timeout"}',
  );
  // printf %s '…' | openssl dgst -sha256 -hmac test-secret-key
  const signature = new ScreenshotOneSignature("test-secret-key");
  signature.update(Buffer.from(text));
  assert.equal(
    signature.value(),
    "b3e947a8c02035a006ae26c861595bf0435a0280ffcdda566f940bc19f449374",
  );
});

test("an unfinished job has no body", () => {
  assert.throws(() => bodyOf({}, {}), TypeError);
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}
