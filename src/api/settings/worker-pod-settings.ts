/**
 * How the pods of every BrowserPool look, besides what a pool itself says: the content of the file that
 * STILLS_WORKER_POD_FILE names. The chart writes it; a pool cannot change it, so no pool can weaken its pods.
 */
export interface WorkerPodSettings {
  /** Name of a pool's Deployment: this and the pool's name. */
  namePrefix: string;
  /** On Deployments and pods; component and pool are added. */
  labels: Record<string, string>;
  image: string;
  imagePullPolicy: "Always" | "IfNotPresent" | "Never";
  /** Names of Secrets. */
  imagePullSecrets: string[];
  serviceAccountName: string;
  natsURL: string;
  natsCASecret?: { name: string; key: string };
  /** The Secret with a pool's password: this and the pool's name; key `password`. */
  natsPasswordSecretPrefix: string;
  egressURL: string;
  /** Without it the pods resolve no names: they know the addresses of NATS and egress, and no others. */
  allowDNS: boolean;
  seccompProfile: SeccompProfile;
  requireNetworkPolicy: boolean;
  /** `host:port` each; workers prove that they cannot reach them. */
  forbiddenAddresses: string[];
  /** Quantity: size of /dev/shm. */
  sharedMemory: string;
  logLevel: "debug" | "info" | "warn" | "error" | "silent";
  /** How long a pool must have had too many pods before the controller takes some away. */
  scaleDownAfterSeconds: number;
}

export interface SeccompProfile {
  type: "Localhost" | "RuntimeDefault" | "Unconfined";
  localhostProfile?: string;
}

/** Every wrong field of the file in one error. */
export class WorkerPodSettingsInvalid extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("; "));
    this.name = "WorkerPodSettingsInvalid";
    this.problems = problems;
  }
}

type Problem = string | undefined;
type Check = (value: unknown) => Problem;

interface Field {
  check: Check;
  /** Undefined: the field must be there. Null: it may be left out. */
  fallback?: unknown;
}

const matches =
  (pattern: RegExp, allowed: string): Check =>
  (value) =>
    typeof value === "string" && pattern.test(value) ? undefined : `must be ${allowed}`;

const oneOf = (...words: string[]): Check =>
  matches(new RegExp(`^(${words.join("|")})$`), `one of ${words.join(", ")}`);

const objectName = matches(
  /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
  "the name of a Kubernetes object",
);
const prefix = matches(
  /^[a-z0-9][a-z0-9-]{0,99}$/,
  "at most 100 small letters, digits and '-', beginning with a letter or digit",
);
const quantity = matches(
  /^[1-9][0-9]*(Mi|Gi)$/,
  "a quantity in Mi or Gi, such as 512Mi, greater than zero",
);
const flag: Check = (value) => (typeof value === "boolean" ? undefined : "must be true or false");
const urlOf = (...protocols: string[]): Check => {
  const allowed = `must be a URL that begins with ${protocols.map((name) => `${name}//`).join(" or ")}, without user and password`;
  return (value) => {
    const url = typeof value === "string" ? URL.parse(value) : null;
    if (url === null || !protocols.includes(url.protocol)) return allowed;
    return url.username === "" && url.password === "" && url.hostname !== "" ? undefined : allowed;
  };
};

const listOf =
  (entry: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return "must be a list";
    const wrong = value.findIndex((item) => entry(item) !== undefined);
    return wrong < 0 ? undefined : `entry ${wrong + 1} ${entry(value[wrong]) ?? ""}`;
  };

const labelMap: Check = (value) => {
  if (!isRecord(value)) return "must be a map of labels";
  const wrong = Object.entries(value).find(
    ([, text]) =>
      typeof text !== "string" || !/^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/.test(text),
  );
  return wrong === undefined ? undefined : `'${wrong[0]}' must be a label value in quotes`;
};

const secretKey: Check = (value) => {
  if (value === undefined) return undefined;
  if (!isRecord(value)) return "must be {name, key}";
  if (objectName(value["name"]) !== undefined) return "needs `name`, the name of a Secret";
  return typeof value["key"] === "string" && /^[\w.-]{1,253}$/.test(value["key"])
    ? onlyKeys(value, ["name", "key"])
    : "needs `key`, a key of the Secret";
};

const seccomp: Check = (value) => {
  const types = ["Localhost", "RuntimeDefault", "Unconfined"];
  if (!isRecord(value) || !types.includes(String(value["type"])))
    return `needs \`type\`, one of ${types.join(", ")}`;
  const file = value["localhostProfile"];
  const isPath = typeof file === "string" && /^[\w][\w./-]*$/.test(file) && !file.includes("..");
  if (value["type"] === "Localhost" && !isPath)
    return "needs `localhostProfile`, a path below the kubelet's seccomp folder";
  if (value["type"] !== "Localhost" && file !== undefined)
    return "has `localhostProfile`, which goes with type Localhost only";
  return onlyKeys(value, ["type", "localhostProfile"]);
};

const seconds: Check = (value) =>
  Number.isSafeInteger(value) && (value as number) >= 10 && (value as number) <= 3600
    ? undefined
    : "must be a whole number from 10 to 3600";

const fields: Readonly<Record<keyof WorkerPodSettings, Field>> = {
  namePrefix: { check: prefix },
  labels: { check: labelMap, fallback: {} },
  image: { check: matches(/^[^\s]{1,500}$/, "the name of an image") },
  imagePullPolicy: { check: oneOf("Always", "IfNotPresent", "Never"), fallback: "IfNotPresent" },
  imagePullSecrets: { check: listOf(objectName), fallback: [] },
  serviceAccountName: { check: objectName },
  natsURL: { check: urlOf("nats:", "tls:") },
  natsCASecret: { check: secretKey, fallback: null },
  natsPasswordSecretPrefix: { check: prefix },
  egressURL: { check: urlOf("http:") },
  allowDNS: { check: flag, fallback: false },
  seccompProfile: { check: seccomp },
  requireNetworkPolicy: { check: flag, fallback: false },
  forbiddenAddresses: {
    check: listOf(matches(/^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):\d{1,5}$/, "host:port")),
    fallback: [],
  },
  sharedMemory: { check: quantity, fallback: "512Mi" },
  logLevel: { check: oneOf("debug", "info", "warn", "error", "silent"), fallback: "info" },
  scaleDownAfterSeconds: { check: seconds, fallback: 240 },
};

/** The settings, with what was left out filled in. @throws WorkerPodSettingsInvalid naming every wrong field. */
export function parseWorkerPodSettings(value: unknown): WorkerPodSettings {
  if (!isRecord(value)) throw new WorkerPodSettingsInvalid(["must hold a map of settings"]);
  const problems: string[] = [];
  const settings: Record<string, unknown> = {};
  for (const [name, { check, fallback }] of Object.entries(fields)) {
    const given = value[name] ?? undefined;
    if (given === undefined && fallback === undefined) problems.push(`\`${name}\` is missing`);
    if (given === undefined) {
      if (fallback !== undefined && fallback !== null) settings[name] = fallback;
      continue;
    }
    const problem = check(given);
    if (problem !== undefined) problems.push(`\`${name}\` ${problem}`);
    settings[name] = given;
  }
  const unknown = onlyKeys(value, Object.keys(fields));
  if (unknown !== undefined) problems.push(unknown);
  if (problems.length > 0) throw new WorkerPodSettingsInvalid(problems);
  return settings as unknown as WorkerPodSettings;
}

function onlyKeys(value: Record<string, unknown>, known: readonly string[]): Problem {
  const stray = Object.keys(value).find((key) => !known.includes(key));
  return stray === undefined
    ? undefined
    : `\`${stray}\` is no field; known are ${known.join(", ")}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
