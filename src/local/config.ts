import { resolve } from "node:path";
import type { EnvReader } from "../platform/process/env.ts";
import { readAllowedCIDRs } from "../platform/process/target-settings.ts";
import { projectDirectory } from "./project-directory.ts";

export interface LocalConfig {
  /** Absolute. */
  directory: string;
  workers: number;
  /** Of the gateway; 0: any free one. */
  gatewayPort: number;
  /** What the user allows besides the page that Stills serves itself. */
  egressAllowCIDRs: readonly string[];
  /** `--once URL`: take this one picture and end. */
  onceURL: string | undefined;
}

/** A command line that was not understood; the message is the usage. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The settings of the local composition; what the roles read themselves is passed on to them as it is. */
export function readLocalConfig(env: EnvReader, words: readonly string[]): LocalConfig {
  const onceURL = readWords(words);
  const config = {
    directory: resolve(
      projectDirectory,
      env.string("STILLS_LOCAL_DIR", {
        text: "Folder of the local composition.",
        default: ".stills",
      }),
    ),
    workers: env.integer("STILLS_LOCAL_WORKERS", {
      text: "Worker processes of the local composition.",
      default: 2,
      min: 1,
      max: 64,
    }),
    gatewayPort: env.integer("STILLS_LOCAL_PORT", {
      text: "Port of the local composition's gateway; 0 is any free one.",
      // With --once the gateway serves no caller, so any free port will do.
      default: onceURL === undefined ? 8080 : 0,
      min: 0,
      max: 65_535,
    }),
    egressAllowCIDRs: readAllowedCIDRs(env),
    onceURL,
  };
  env.throwIfInvalid();
  return config;
}

function readWords(words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined;
  const [option, url, ...rest] = words;
  if (option !== "--once" || url === undefined || rest.length > 0)
    throw new UsageError("Usage: npm start, or npm start -- --once URL");
  if (!/^https?:\/\//i.test(url))
    throw new UsageError(`--once takes a URL that begins with http:// or https://, not "${url}"`);
  return url;
}
