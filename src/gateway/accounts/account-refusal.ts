import { targetsProblem } from "../../core/targets/account-targets.ts";
import type { KnownAccount } from "./account-directory.ts";

/** Why every call of the account is refused, whatever its keys; undefined if calls are accepted. */
export function accountRefusal({ spec, credentialsProblem }: KnownAccount): string | undefined {
  if (spec.suspended === true) return "The account is suspended";
  if (credentialsProblem !== undefined) return `The Secret of the account ${credentialsProblem}`;
  const problem = targetsProblem(spec.targets);
  if (problem !== undefined) return `The account has an entry that is not valid: ${problem}`;
  return undefined;
}
