import { workerProblems } from "./worker-problems.ts";

/** Reasons of a pool's condition `Ready`. Reasons that workers report themselves keep their names. */
export const poolReasons = {
  WorkersReady: "Workers of the pool accept jobs.",
  SandboxDisabled: "Workers accept jobs, without Chromium's sandbox.",
  Idle: "No pods run, and none is needed. The first job starts one.",
  ScaledToZero: "Jobs are queued, but `replicas` is 0 and `scaling.mode` is External.",
  NoWorkers: "No worker of the pool has announced itself.",
  PodsStarting: "Pods are starting.",
  DeploymentRefused: "The API server rejects the pool's Deployment.",
  AddressUnknown:
    "Pods cannot start because the address of NATS or of the egress proxy is unknown.",
  SecretMissing: "The Secret with the pool's password at an external NATS does not exist.",
  PodsRefused: "A quota or an admission policy rejects the pods.",
  Unschedulable: "The pods fit on no node.",
  ImagePullFailed: "The worker image cannot be pulled.",
  ContainerNotCreated: "The node cannot start the container.",
  CrashLooping: "Containers of the worker pods exit repeatedly.",
  ...workerProblems,
} as const;

export type PoolReason = keyof typeof poolReasons;
