import { workerProblems } from "./worker-problems.ts";

/**
 * Why a pool is ready or not: the reasons of its condition `Ready`. What a worker says about itself keeps the worker's own
 * word.
 */
export const poolReasons = {
  WorkersReady: "Workers of the pool take jobs.",
  SandboxDisabled: "Workers take jobs, without Chromium's sandbox.",
  Idle: "No pods run and none is needed; the first job starts one.",
  ScaledToZero: "Jobs wait, and `replicas` is 0 in a pool whose `scaling.mode` is External.",
  NoWorkers: "No worker of the pool has announced itself.",
  PodsStarting: "Pods were asked for and are on their way.",
  DeploymentRefused: "The API server refuses the pool's Deployment.",
  AddressUnknown: "The address of NATS or of the egress proxy is not known, so pods cannot start.",
  SecretMissing: "The Secret with the pool's NATS password is missing.",
  PodsRefused: "A quota or an admission rule refuses the pods.",
  Unschedulable: "No node takes the pods.",
  ImagePullFailed: "The image of the workers cannot be pulled.",
  ContainerNotCreated: "The node cannot start the container.",
  CrashLooping: "The workers end again and again.",
  ...workerProblems,
} as const;

export type PoolReason = keyof typeof poolReasons;
