import { defaultClassName } from "../../src/api/settings/kubernetes-names.ts";
import { aCaptureSpec } from "./capture-spec.ts";
import type {
  ScreenshotJob,
  ScreenshotJobSpec,
  WebhookSpec,
} from "../../src/api/kinds/resource-types.ts";
import type { JobRecord } from "../../src/controller/jobs/job-record.ts";
import { projectJob } from "../../src/controller/jobs/job-record.ts";

/** 2026-11-24T12:00:00Z: when the jobs of unit tests are created. */
export const createdMilliseconds = Date.UTC(2026, 10, 24, 12);

/** A job as the API server stores it, with defaults; a test names only the fields that matter to it. */
export function aJob(
  spec: Partial<ScreenshotJobSpec> = {},
  status?: ScreenshotJob["status"],
): ScreenshotJob {
  return {
    apiVersion: "stills.dev/v1alpha1",
    kind: "ScreenshotJob",
    metadata: {
      name: "pricing",
      namespace: "marketing",
      uid: "5f6d0c1e-0000-4000-8000-000000000001",
      resourceVersion: "100",
      generation: 1,
      creationTimestamp: new Date(createdMilliseconds).toISOString(),
    },
    spec: {
      ...aCaptureSpec({ url: "https://example.com/" }),
      className: defaultClassName,
      poolName: "default",
      backoffLimit: 3,
      activeDeadlineSeconds: 120,
      ...spec,
    },
    ...(status !== undefined && { status }),
  };
}

/** What the controller remembers of such a job. */
export function aRecord(changes: Partial<JobRecord> = {}): JobRecord {
  return { ...projectJob(aJob()), ...changes };
}

/** A webhook with the defaults of the API server filled in. */
export function aWebhook(changes: Partial<WebhookSpec> = {}): WebhookSpec {
  return {
    url: "https://hooks.example.com/shots",
    body: "Envelope",
    sign: true,
    onFailure: "Send",
    returnLocation: false,
    returnImageSize: false,
    ...changes,
  };
}
