import type { StorageKeys } from "../api/messages/page-secrets.ts";
import type { Secret } from "../platform/kube/resources.ts";
import { secretValue } from "./usable-secrets.ts";

const names = ["accessKeyID", "secretAccessKey"] as const;

/** The keys of a bucket in its Secret, or what is wrong with that, to follow its name. */
export function storageKeysOf(secret: Secret | undefined): StorageKeys | { problem: string } {
  if (secret === undefined)
    return { problem: `does not exist: create it with the keys ${names.join(" and ")}` };
  const [accessKeyID, secretAccessKey] = names.map(
    // A file that was made with an editor ends with a line end.
    (name) => secretValue(secret, name)?.trim() ?? "",
  );
  if (accessKeyID && secretAccessKey) return { accessKeyID, secretAccessKey };
  const missing = accessKeyID ? names.slice(1) : secretAccessKey ? names.slice(0, 1) : names;
  return { problem: `has no ${missing.join(" and no ")}` };
}
