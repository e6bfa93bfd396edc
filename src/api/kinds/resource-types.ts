import type { CaptureSpec } from "../options/capture-spec.generated.ts";
import type { AccountSpec, AccountStatus } from "./account.ts";
import type { BrowserPoolSpec, BrowserPoolStatus } from "./browser-pool.ts";
import type { ScreenshotClassSpec } from "./screenshot-class.ts";
import type { JobControlSpec, ScreenshotJobStatus } from "./screenshot-job.ts";

/*
 * Types of the objects of stills.dev/v1alpha1, as the API server stores them. They follow from the schemas that the CRDs are made of,
 * so the API server has checked what it returns: platform/kube asserts the type of what it reads, and nothing checks it again.
 */

export type { AccountSpec } from "./account.ts";
export type { Artifact } from "./artifact-schema.ts";
export type { BrowserPoolSpec, BrowserPoolStatus } from "./browser-pool.ts";
export type { Condition } from "./conditions-schema.ts";
export type { ScreenshotClassSpec } from "./screenshot-class.ts";
export type { JobControlSpec, ScreenshotJobStatus } from "./screenshot-job.ts";

interface ObjectMeta {
  name: string;
  namespace: string;
  uid: string;
  resourceVersion: string;
  generation: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export type WebhookSpec = NonNullable<JobControlSpec["webhook"]>;
export type CachedCopy = NonNullable<ScreenshotJobStatus["cachedCopy"]>;
export type AccountUsage = NonNullable<AccountStatus["usage"]>;

export interface ScreenshotJobSpec extends CaptureSpec, JobControlSpec {}

export interface ScreenshotJob {
  apiVersion: string;
  kind: "ScreenshotJob";
  metadata: ObjectMeta;
  spec: ScreenshotJobSpec;
  status?: ScreenshotJobStatus;
}

export interface BrowserPool {
  apiVersion: string;
  kind: "BrowserPool";
  metadata: ObjectMeta;
  spec: BrowserPoolSpec;
  status?: BrowserPoolStatus;
}

export interface Account {
  apiVersion: string;
  kind: "Account";
  metadata: ObjectMeta;
  spec: AccountSpec;
  status?: AccountStatus;
}

export interface ScreenshotClass {
  apiVersion: string;
  kind: "ScreenshotClass";
  metadata: Omit<ObjectMeta, "namespace">;
  spec: ScreenshotClassSpec;
}
