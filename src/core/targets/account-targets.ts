import type { AccountSpec } from "../../api/kinds/resource-types.ts";
import { bareHostOf } from "./url-policy.ts";
import { invalidEntryOf, isListedHost, parseHostList, type HostList } from "./host-list.ts";

type GivenTargets = NonNullable<AccountSpec["targets"]>;

/** Which hosts the pages of an account's calls may be on, and which they may not reach at all. */
export interface AccountTargets {
  /** Undefined: all. */
  readonly allow: HostList | undefined;
  readonly deny: HostList;
}

/** `Account.spec.targets` in the form that is compared; undefined without any limit. */
export function parseAccountTargets(given: GivenTargets | undefined): AccountTargets | undefined {
  if (given === undefined) return undefined;
  const { allow, deny = [] } = given;
  return { allow: allow && parseHostList(allow), deny: parseHostList(deny) };
}

/** Which entry of `targets` means nothing, as a sentence; undefined if all are valid. */
export function targetsProblem(given: GivenTargets | undefined): string | undefined {
  for (const list of ["allow", "deny"] as const) {
    const entry = invalidEntryOf(given?.[list] ?? []);
    if (entry !== undefined)
      return `\`targets.${list}\` has '${entry}', which is neither a host name nor a range of addresses whose bits beyond the prefix are zero: correct or remove it`;
  }
  return undefined;
}

/**
 * Why a document of this address may not be shown; undefined if it may. A name is compared as a name: a range in `allow` has only hosts
 * that the URL gives as addresses, since what a name leads to may change.
 */
export function documentRefusal(
  address: string,
  targets: AccountTargets | undefined,
): string | undefined {
  const url = URL.parse(address);
  // Documents without a host, such as about:blank, are part of the page that makes them.
  if (targets === undefined || url === null || !/^https?:$/.test(url.protocol)) return undefined;
  const host = bareHostOf(url);
  const { allow, deny } = targets;
  const isAllowed = allow === undefined || isListedHost(allow, host);
  return isAllowed && !isListedHost(deny, host) ? undefined : notForAccountMessage(host);
}

/** Why no connection may be made to this host; undefined if one may. */
export function connectionRefusal(
  host: string,
  targets: AccountTargets | undefined,
): string | undefined {
  if (targets === undefined || !isListedHost(targets.deny, host)) return undefined;
  return notForAccountMessage(host);
}

/** The sentence for a host that the account's `targets` exclude. It does not tell which entry does. */
export function notForAccountMessage(host: string): string {
  return `This account may not visit ${host}; its operator can allow it in \`targets\` of the Account`;
}
