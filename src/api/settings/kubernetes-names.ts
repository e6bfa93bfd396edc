/** Group, labels, annotations and other fixed names in the Kubernetes API. */

export const group = "stills.dev";
export const version = "v1alpha1";
export const apiVersion = `${group}/${version}`;

export const labels = {
  /** On a job made by a retry over HTTP: the name of the job it repeats. */
  retryOf: `${group}/retry-of`,
  /** On Secrets of tenant namespaces that jobs may refer to. */
  usableByJobs: `${group}/usable-by-jobs`,
  /** On a job made over HTTP: the Account that called. */
  account: `${group}/account`,
  /** On a pool's Deployment and pods: the pool. */
  pool: `${group}/pool`,
} as const;

export const annotations = {
  /** On the job of a synchronous call: `<gateway>.<token>`, where the worker sends the picture directly. */
  reply: `${group}/reply`,
  /** On a job made over HTTP: proves that a gateway made it, for the account of its label and with its reply address. */
  proof: `${group}/proof`,
  /** On a job made over HTTP: digest of the call, so that an idempotency key is not used for two different ones. */
  requestDigest: `${group}/request-digest`,
  /** On a job made over HTTP: `external_identifier` of the call. */
  externalIdentifier: `${group}/external-identifier`,
  /** On a job of a call of `/bulk` with `optimize`: the names of the jobs whose pictures are taken of the page that it loads, with commas. */
  carries: `${group}/carries`,
  /** On those jobs: the name of the one that loads the page. */
  loadsWith: `${group}/loads-with`,
  /** On a CustomResourceDefinition: the version of Stills that it comes with. */
  schemaVersion: `${group}/schema-version`,
  /** On what is applied for a pool: digest of what was asked for. */
  templateHash: `${group}/template-hash`,
  /** On the Secret with the certificate of NATS, and on the pods that have it: when it was renewed. */
  renewedAt: `${group}/certificate-renewed-at`,
} as const;

/** Class of an installation, and of a job, that names none. */
export const defaultClassName = "stills";
export const leaseName = "stills-controller";
export const fieldManager = "stills-controller";
/** Of `stills setup`. */
export const setupFieldManager = "stills-setup";
/** Owns the number of a pool's replicas, so that the Deployment can be applied without it. */
export const scaleFieldManager = "stills-scaler";
/** `reportingController` of Events. */
export const reportingController = `${group}/controller`;
