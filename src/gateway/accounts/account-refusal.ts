import { unservedField } from "../../core/accounts/unserved-field.ts";
import type { KnownAccount } from "./account-directory.ts";

/** Why every call of the account is refused, whatever its keys; undefined if calls are accepted. */
export function accountRefusal({ spec }: KnownAccount): string | undefined {
  if (spec.suspended === true) return "The account is suspended";
  const unserved = unservedField(spec);
  if (unserved !== undefined) return `The account has an unsupported field: ${unserved}`;
  return undefined;
}
