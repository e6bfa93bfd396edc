import type { AccountSpec } from "../../api/kinds/resource-types.ts";

/**
 * A sentence about a field of the account that nothing acts on yet; undefined when there is none. To ignore a bound, or where pictures
 * are to go, would break a promise without a word, so such an account's calls are refused.
 */
export function unservedField({ targets, storage }: AccountSpec): string | undefined {
  if (targets !== undefined)
    return "`targets` is not enforced yet: remove it; what an operator allows and denies (`egress.allowCIDRs`, `egress.denyCIDRs`) holds for all accounts";
  if (storage !== undefined)
    return "`storage` is not used yet: remove it; pictures go to the operator's bucket";
  return undefined;
}
