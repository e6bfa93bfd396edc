import { createHmac } from "node:crypto";
import { canonicalJSON, specDigestOf } from "../../core/tokens/sealed-spec.ts";
import type { KnownAccount } from "../accounts/account-directory.ts";
import type { TakeRequest } from "./take-request.ts";

/**
 * What equal calls of an account have in common: everything that the picture depends on, where it is stored, and the caller's own key;
 * not who is answered how, or notified. A default that is said is the same as one that is not. It stands in the job, so it is keyed:
 * otherwise a short password among the options could be found by brute force.
 */
export function cacheKeyOf(
  {
    spec,
    secrets,
    store,
    storage,
    cache,
  }: Pick<TakeRequest, "spec" | "secrets" | "store" | "storage" | "cache">,
  account: Pick<KnownAccount, "uid" | "spec">,
  digestKey: string,
): string {
  const facts = {
    account: account.uid,
    // What the account may show and what shows it: changed, they end what is cached.
    targets: account.spec.targets,
    pool: account.spec.poolName,
    spec: specDigestOf(spec),
    secrets,
    store,
    storage: store ? [storage, account.spec.storage] : undefined,
    key: cache?.key,
  };
  return createHmac("sha256", digestKey)
    .update(`cache key\n${canonicalJSON(facts)}`)
    .digest("hex");
}
