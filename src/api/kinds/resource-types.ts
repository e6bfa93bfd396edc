import type { AccountReason } from "../reasons/account-reasons.ts";
import type { PageMetadata } from "../messages/page-metadata.ts";
import type { PoolReason } from "../reasons/pool-reasons.ts";
import type { Reason } from "../reasons/reasons.ts";
import type { CaptureSpec } from "../options/capture-spec.generated.ts";
import type { SealedField } from "../options/sealed-fields.ts";

/** Resource types of stills.dev/v1alpha1. Their OpenAPI schemas are made by scripts/generate from the same sources. */

export interface ObjectMeta {
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

export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason: Reason | PoolReason | AccountReason;
  message: string;
  observedGeneration: number;
  /** RFC 3339, seconds. */
  lastTransitionTime: string;
}

export interface SecretKeyRef {
  name: string;
  key: string;
}

/** Where the picture goes besides the operator's own bucket. */
export interface StorageSpec {
  path?: string;
  bucket?: string;
  endpoint?: string;
  region?: string;
  credentialsSecretRef?: { name: string };
}

/** As stored: the API server has filled in the defaults. */
export interface WebhookSpec {
  url: string;
  /** What is sent: the Standard Webhooks envelope, the JSON of `/take`, or the picture itself. */
  body: "Envelope" | "Result" | "Picture";
  /** Without either a Secret or an account there is nothing to sign with, and this has no effect. */
  sign: boolean;
  onFailure: "Send" | "Omit";
  /** Excludes `accountName`. */
  signingSecretRef?: SecretKeyRef;
  accountName?: string;
  returnLocation: boolean;
  returnImageSize: boolean;
  externalIdentifier?: string;
}

/** What the controller decides by; everything else of the spec is for the worker (CaptureSpec). */
export interface JobControlSpec {
  poolName: string;
  backoffLimit: number;
  activeDeadlineSeconds: number;
  startDeadlineSeconds?: number;
  ttlSecondsAfterFinished?: number;
  suspend?: boolean;
  cancel?: boolean;
  storage?: StorageSpec;
  webhook?: WebhookSpec;
  sealed?: SealedField[];
}

/** The spec as stored: the API server has filled in the defaults. */
export interface ScreenshotJobSpec extends CaptureSpec, JobControlSpec {}

export interface Artifact {
  bucket: string;
  key: string;
  /** `sha256:<hex>` of the bytes. */
  digest: string;
  sizeBytes: number;
  mediaType: string;
  widthPixels?: number;
  heightPixels?: number;
}

export interface ScreenshotJobStatus {
  observedGeneration?: number;
  startTime?: string;
  completionTime?: string;
  /** Creation to completion. */
  durationMilliseconds?: number;
  attempts?: number;
  location?: string;
  artifact?: Artifact;
  metadata?: PageMetadata;
  conditions?: Condition[];
}

export interface ScreenshotJob {
  apiVersion: string;
  kind: "ScreenshotJob";
  metadata: ObjectMeta;
  spec: ScreenshotJobSpec;
  status?: ScreenshotJobStatus;
}

export interface BrowserPoolSpec {
  slotsPerPod: number;
  scaling: {
    mode: "Internal" | "External";
    minReplicas: number;
    maxReplicas: number;
    targetQueueSeconds: number;
  };
  replicas: number;
  browser: {
    engine: "HeadlessShell" | "Chrome";
    sandbox: "Required" | "Disabled";
    recycleAfterCaptures: number;
    recycleAfterSeconds: number;
  };
  allowedNamespaces?: string[];
  pod?: PoolPodSpec;
}

/** Fields of a pod, as Kubernetes has them. */
export interface PoolPodSpec {
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  nodeSelector?: Record<string, string>;
  tolerations?: Record<string, unknown>[];
  affinity?: Record<string, unknown>;
  topologySpreadConstraints?: Record<string, unknown>[];
  priorityClassName?: string;
  runtimeClassName?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  terminationGracePeriodSeconds?: number;
}

export interface BrowserPoolStatus {
  observedGeneration?: number;
  replicas?: number;
  readyReplicas?: number;
  slots?: number;
  busySlots?: number;
  queuedJobs?: number;
  oldestQueuedSeconds?: number;
  selector?: string;
  conditions?: Condition[];
}

export interface BrowserPool {
  apiVersion: string;
  kind: "BrowserPool";
  metadata: ObjectMeta;
  spec: BrowserPoolSpec;
  status?: BrowserPoolStatus;
}

export interface AccountSpec {
  namespace: string;
  credentialsSecretRef: { name: string };
  requireSignature?: boolean;
  suspended?: boolean;
  limits?: { requestsPerMinute?: number; requestsPerMonth?: number; concurrentJobs?: number };
  storage?: StorageSpec;
  targets?: { allow?: string[]; deny?: string[] };
  poolName: string;
}

export interface AccountUsage {
  periodStart: string;
  lastCountedTime: string;
  total: number;
  succeeded: number;
}

export interface Account {
  apiVersion: string;
  kind: "Account";
  metadata: ObjectMeta;
  spec: AccountSpec;
  status?: {
    observedGeneration?: number;
    usage?: AccountUsage;
    conditions?: Condition[];
  };
}
