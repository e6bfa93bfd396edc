import Type, { type Static } from "typebox";
import { settingsParserOf } from "../schema/settings-file.ts";
import { defaultEncoderMemoryMebibytes, leastEncoderMemoryMebibytes } from "./encoder-memory.ts";
import { labelValue, objectName, urlOf } from "./settings-fields.ts";

const prefix = Type.String({
  pattern: "^[a-z0-9][a-z0-9-]{0,99}$",
  allowed: "at most 100 small letters, digits and '-', beginning with a letter or digit",
});

const strict = { additionalProperties: false };

const seccompProfile = Type.Union([
  Type.Object(
    {
      type: Type.Literal("Localhost"),
      localhostProfile: Type.String({
        pattern: "^(?!.*\\.\\.)[A-Za-z0-9_][A-Za-z0-9_./-]*$",
        allowed: "a path below the kubelet's seccomp folder",
      }),
    },
    strict,
  ),
  Type.Object({ type: Type.Literal("RuntimeDefault") }, strict),
  Type.Object({ type: Type.Literal("Unconfined") }, strict),
]);

const workerPodSettings = Type.Object(
  {
    /** Name of a pool's Deployment: this and the pool's name. */
    namePrefix: prefix,
    /** On Deployments and pods; component and pool are added. */
    labels: Type.Record(Type.String(), labelValue, { default: {} }),
    image: Type.String({ pattern: "^[^\\s]{1,500}$", allowed: "the name of an image" }),
    imagePullPolicy: Type.Enum(["Always", "IfNotPresent", "Never"], { default: "IfNotPresent" }),
    /** Names of Secrets. */
    imagePullSecrets: Type.Array(objectName, { default: [] }),
    serviceAccountName: objectName,
    natsURL: urlOf("nats:", "tls:"),
    natsCASecret: Type.Optional(
      Type.Object(
        {
          name: objectName,
          key: Type.String({ pattern: "^[A-Za-z0-9_.-]{1,253}$", allowed: "a key of the Secret" }),
        },
        strict,
      ),
    ),
    /**
     * The Secret with a pool's password: this and the pool's name; key `password`. Without it each pod shows NATS a token of its own, for
     * which the controller vouches.
     */
    natsPasswordSecretPrefix: Type.Optional(prefix),
    egressURL: urlOf("http:"),
    /** Without it the pods resolve no names: they know the addresses of NATS and egress, and no others. */
    allowDNS: Type.Boolean({ default: false }),
    /** Of the container of Chromium; the others have the runtime's. */
    seccompProfile,
    requireNetworkPolicy: Type.Boolean({ default: false }),
    /** `host:port` each; workers check that they cannot reach them. */
    forbiddenAddresses: Type.Array(
      Type.String({
        pattern: "^(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9.-]+):[0-9]{1,5}$",
        allowed: "host:port",
      }),
      { default: [] },
    ),
    /** Quantity: size of /dev/shm. */
    sharedMemory: Type.String({
      pattern: "^[1-9][0-9]*(Mi|Gi)$",
      allowed: "a quantity in Mi or Gi, such as 512Mi, greater than zero",
      default: "512Mi",
    }),
    /** Of each process that scales and encodes pictures; each slot may have one. */
    encoderMemoryMebibytes: Type.Integer({
      minimum: leastEncoderMemoryMebibytes,
      maximum: 65_536,
      default: defaultEncoderMemoryMebibytes,
    }),
    logLevel: Type.Enum(["debug", "info", "warn", "error", "silent"], { default: "info" }),
    /** How long a pool must have had too many pods before the controller takes some away. */
    scaleDownAfterSeconds: Type.Integer({ minimum: 10, maximum: 3600, default: 240 }),
  },
  strict,
);

/**
 * How the pods of every BrowserPool look, besides what a pool itself says: the content of the file that
 * STILLS_WORKER_POD_FILE names. The chart writes it; a pool cannot change it, so no pool can weaken its pods.
 */
export type WorkerPodSettings = Static<typeof workerPodSettings>;

/** The settings, with defaults for absent fields. @throws SettingsFileInvalid naming every wrong field */
export const parseWorkerPodSettings = settingsParserOf(workerPodSettings);
