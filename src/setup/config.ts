import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { parseYAML } from "../platform/kube/yaml-text.ts";
import { readKubeconfigPath } from "../platform/process/shared-settings.ts";
import type { EnvReader } from "../platform/process/env.ts";

/** What is to be set up; the YAML file that STILLS_SETUP_FILE names says it. */
export interface SetupSettings {
  /** Where the Secrets go. */
  namespace: string;
  /** What their names begin with, `<fullname>-`. */
  fullname: string;
  /** Put on every Secret. */
  labels: Record<string, string>;
  /** Each gets `<fullname>-nats-<user>`; none where NATS is not ours. */
  natsUsers: string[];
  /** Names and addresses of the NATS server; none: no `<fullname>-nats-tls`. */
  natsHosts: string[];
  /** Accounts that get `<fullname>-account-<name>`. */
  accounts: string[];
  /** Whether there is a store of ours that needs `<fullname>-store`. */
  store: boolean;
  /** Of the certificate; a third of it is left when an upgrade renews it. */
  certificateLifetimeDays: number;
}

export interface SetupConfig {
  kubeconfigPath: string | undefined;
  /** Absent where only the CRDs are applied. */
  settings: SetupSettings | undefined;
}

const label = {
  pattern: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  allowed: "a DNS label: lower-case letters, digits and -, 63 at most",
};
const hostPattern = /^(\*\.)?[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
const names = ["namespace", "fullname", "labels", "natsUsers", "natsHosts", "accounts", "store"];
const known = new Set([...names, "certificateLifetimeDays"]);
const maxEntries = 100;
const defaultLifetimeDays = 1825;

/** Reads the settings of `stills setup`. @throws SettingsInvalid, naming each wrong variable and field. */
export function readSetupConfig(env: EnvReader, needsFile: boolean): SetupConfig {
  const config = {
    kubeconfigPath: readKubeconfigPath(env),
    settings: needsFile ? readSettingsFile(env) : undefined,
  };
  env.throwIfInvalid();
  return config;
}

function readSettingsFile(env: EnvReader): SetupSettings | undefined {
  const name = "STILLS_SETUP_FILE";
  const path = env.string("STILLS_SETUP_FILE", {
    text: "File (YAML) that says which Secrets `stills setup secrets` makes; its fields are in `src/setup/config.ts`.",
    allowed: "the path of a YAML file that says what to set up",
  });
  if (path === "") return undefined;
  try {
    return parseSetupSettings(parseYAML(readFileSync(path, "utf8")));
  } catch (thrown) {
    const problem = thrown instanceof Error ? thrown.message : String(thrown);
    env.refuse(name, `the path of a readable YAML file that says what to set up; ${problem}`);
    return undefined;
  }
}

/** @throws TypeError that names every wrong field and what is allowed. */
export function parseSetupSettings(value: unknown): SetupSettings {
  if (!isRecord(value)) throw new TypeError("it must be a map of settings");
  const problems = Object.keys(value)
    .filter((field) => !known.has(field))
    .map((field) => `${field} is not known; known are ${[...known].join(", ")}`);
  const check = (field: string, isRight: boolean, allowed: string): void => {
    if (!isRight) problems.push(`${field} must be ${allowed}`);
  };
  const settings = {
    labels: {},
    natsUsers: [],
    natsHosts: [],
    accounts: [],
    store: false,
    certificateLifetimeDays: defaultLifetimeDays,
    ...value,
  } as unknown as SetupSettings;
  check("namespace", label.pattern.test(String(settings.namespace)), label.allowed);
  check("fullname", label.pattern.test(String(settings.fullname)), label.allowed);
  check("labels", isMapOfTexts(settings.labels), "a map of texts");
  const isLabel = (text: string): boolean => label.pattern.test(text);
  const labels = `a list of at most ${maxEntries} DNS labels`;
  check("natsUsers", isListOf(settings.natsUsers, isLabel), labels);
  check("accounts", isListOf(settings.accounts, isLabel), labels);
  check(
    "natsHosts",
    isListOf(settings.natsHosts, (text) => isIP(text) !== 0 || hostPattern.test(text)),
    `a list of at most ${maxEntries} host names or addresses`,
  );
  check("store", typeof settings.store === "boolean", "true or false");
  check(
    "certificateLifetimeDays",
    Number.isSafeInteger(settings.certificateLifetimeDays) &&
      settings.certificateLifetimeDays >= 1 &&
      settings.certificateLifetimeDays <= 3650,
    "a whole number from 1 to 3650",
  );
  if (problems.length > 0) throw new TypeError(problems.join("; "));
  return settings;
}

function isListOf(value: unknown, isRight: (text: string) => boolean): boolean {
  return (
    Array.isArray(value) &&
    value.length <= maxEntries &&
    value.every((entry) => typeof entry === "string" && isRight(entry))
  );
}

function isMapOfTexts(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every((entry) => typeof entry === "string");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
