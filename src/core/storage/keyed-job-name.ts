const prefix = "take-key-";

/** The name of the job of a call with an idempotency key, from a digest of account and key. */
export function keyedJobName(digest: string): string {
  return prefix + digest.slice(0, 40);
}

/** Whether a job has such a name; a retry of one has its own. */
export function isKeyedJobName(name: string): boolean {
  return name.startsWith(prefix) && name.length === prefix.length + 40;
}
