import { hostname } from "node:os";
import {
  defaultEncoderMemoryMebibytes,
  leastEncoderMemoryMebibytes,
} from "../api/settings/encoder-memory.ts";
import { natsUser } from "../api/rights/nats-permissions.ts";
import { readBrowserConfig } from "./browser/config.ts";
import type { WorkerBrowserConfig } from "./browser/config.ts";
import { readNatsSettings } from "../platform/nats/nats-settings.ts";
import type { NatsSettings } from "../platform/nats/nats-settings.ts";
import type { EnvReader } from "../platform/process/env.ts";
import { readEgressURL } from "../platform/process/shared-settings.ts";
import { readProbesConfig } from "../platform/process/probes.ts";
import type { ProbesConfig } from "../platform/process/probes.ts";
import { readForbiddenAddresses } from "./network/network-policy-settings.ts";
import type { Address } from "./network/network-policy-settings.ts";

export interface WorkerConfig {
  pool: string;
  /** Names this worker in announcements and results; a NATS token. */
  name: string;
  /** Captures at the same time. */
  slots: number;
  egressURL: string;
  /** How long captures may go on after the process was asked to stop. */
  drainTimeoutSeconds: number;
  /** Of each process that scales and encodes pictures. */
  encoderMemoryMebibytes: number;
  /** The configured ffmpeg; without it one is looked for. */
  ffmpegPath: string | undefined;
  /** For pictures that are captured and not stored yet. */
  uploadBufferMebibytes: number;
  browser: WorkerBrowserConfig;
  /** What the network has to keep the worker from; undefined: nothing is tried. */
  forbiddenAddresses: Address[] | undefined;
  nats: NatsSettings;
  probes: ProbesConfig;
}

/** Reads the STILLS_ variables of a worker. @throws SettingsInvalid naming each wrong one. */
export function readWorkerConfig(env: EnvReader): WorkerConfig {
  const pool = env.string("STILLS_POOL", {
    text: "BrowserPool the worker belongs to.",
    default: "default",
    pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    allowed: "the name of a BrowserPool (a DNS label)",
  });
  const config: WorkerConfig = {
    pool,
    name: env.string("STILLS_WORKER_NAME", {
      text: "Name of the worker in messages and logs.",
      defaultText: "the host's name",
      default: hostname().replaceAll(/[^A-Za-z0-9_-]/g, "-"),
      pattern: /^[A-Za-z0-9_-]{1,253}$/,
      allowed: "letters, digits, - and _ only, since it is part of a NATS subject",
    }),
    slots: env.integer("STILLS_SLOTS", {
      text: "Captures at a time.",
      default: 2,
      min: 1,
      max: 16,
    }),
    egressURL: readEgressURL(env),
    drainTimeoutSeconds: env.integer("STILLS_DRAIN_TIMEOUT_SECONDS", {
      text: "How long running captures may take after SIGTERM.",
      default: 120,
      min: 0,
      max: 3600,
    }),
    encoderMemoryMebibytes: env.integer("STILLS_ENCODER_MEMORY_MEBIBYTES", {
      text: "Limit of data memory of a process that scales and encodes a picture, of which 640 are Node.js's own, or encodes an animation.",
      default: defaultEncoderMemoryMebibytes,
      min: leastEncoderMemoryMebibytes,
      max: 65_536,
    }),
    ffmpegPath: env.has("STILLS_FFMPEG_PATH")
      ? env.string("STILLS_FFMPEG_PATH", {
          text: "The ffmpeg that animations are encoded with.",
          defaultText: "the first one that is found",
        })
      : undefined,
    uploadBufferMebibytes: env.integer("STILLS_UPLOAD_BUFFER_MEBIBYTES", {
      text: "Pictures that wait for the object store, in memory; when they are more, captures wait.",
      default: 128,
      min: 1,
      max: 65_536,
    }),
    browser: readBrowserConfig(env),
    forbiddenAddresses: readForbiddenAddresses(env),
    nats: readWorkerNatsSettings(env, pool),
    probes: readProbesConfig(env),
  };
  env.throwIfInvalid();
  return config;
}

/** A worker of a NATS server of ours shows the token of its pod; elsewhere it is a user with a password. */
function readWorkerNatsSettings(env: EnvReader, pool: string): NatsSettings {
  const settings = readNatsSettings(env, natsUser("worker", pool));
  const name = "STILLS_NATS_TOKEN_FILE";
  if (!env.has(name)) return settings;
  if (settings.passwordFile !== undefined)
    env.refuse(name, "left out where STILLS_NATS_PASSWORD_FILE is set");
  const tokenFile = env.string("STILLS_NATS_TOKEN_FILE", {
    text: "File with the token of the pod that is shown to NATS instead of user and password; read again at every connection attempt.",
  });
  return { ...settings, tokenFile };
}
