import type { FastifyRequest } from "../../platform/http/http-app.ts";
import { Problem } from "../http/problem.ts";
import { headerOf, rawQueryOf } from "../http/request-parts.ts";
import { rawOptionsOfQuery, textOfRaw, type RawOptions } from "../take/raw-options.ts";
import type { AccountDirectory, KnownAccount } from "./account-directory.ts";
import { accountRefusal } from "./account-refusal.ts";

type KeyDirectory = Pick<AccountDirectory, "findByAccessKey" | "findBySecretKey">;

interface NativeCaller {
  /** The value of `Authorization`. */
  authorization: string | undefined;
  /** The value of `X-Access-Key`. */
  accessKey: string | undefined;
  query: RawOptions;
}

/**
 * The account that calls a native route. A secret key always works. An access key works unless the account requires signatures: its access
 * key is then public, as part of its links. A signed link is for `/take`, whichever account it is of.
 * @throws Problem 401, or 403 if the account is refused
 */
export function authenticateNative(
  caller: NativeCaller,
  accountDirectory: KeyDirectory,
): KnownAccount {
  const account = findNativeAccount(caller, accountDirectory);
  if (account instanceof Problem) throw account;
  return account;
}

/** The credentials of a request, from its headers and query alone. */
export function nativeCallerOf(request: FastifyRequest): NativeCaller {
  return {
    authorization: headerOf(request, "authorization"),
    accessKey: headerOf(request, "x-access-key"),
    query: rawOptionsOfQuery(rawQueryOf(request)),
  };
}

/** The account that `authenticateNative` returns, or the Problem that it throws. */
export function findNativeAccount(
  caller: NativeCaller,
  accountDirectory: KeyDirectory,
): KnownAccount | Problem {
  const account = accountOf(caller, accountDirectory);
  if (account instanceof Problem) return account;
  const refusal = accountRefusal(account);
  return refusal === undefined ? account : new Problem(403, "access_key_invalid", refusal);
}

function accountOf(
  { authorization, accessKey, query }: NativeCaller,
  accountDirectory: KeyDirectory,
): KnownAccount | Problem {
  if (authorization !== undefined) return bySecretKey(authorization, accountDirectory);
  if (query.has("signature"))
    return new Problem(
      401,
      "SecretKeyRequired",
      "A signed link is for `/take` only: send `Authorization: Bearer` with the account's secret key",
    );
  const key = textOfRaw(query.get("access_key") ?? accessKey ?? "");
  if (key === "")
    return new Problem(
      401,
      "access_key_required",
      "Send `Authorization: Bearer` with the account's secret key or, if the account does not require signatures, `X-Access-Key`",
    );
  const account = accountDirectory.findByAccessKey(key);
  if (account === undefined)
    return new Problem(401, "access_key_invalid", "No account has this access key");
  if (account.spec.requireSignature === true)
    return new Problem(
      401,
      "SecretKeyRequired",
      "The account requires signatures, so its access key is not enough here: send `Authorization: Bearer` with its secret key",
    );
  return account;
}

function bySecretKey(
  authorization: string,
  accountDirectory: KeyDirectory,
): KnownAccount | Problem {
  const key = /^bearer +(?<key>\S.*)$/i.exec(authorization)?.groups?.["key"];
  const account = key === undefined ? undefined : accountDirectory.findBySecretKey(key);
  if (account === undefined)
    return new Problem(
      401,
      "SecretKeyInvalid",
      "`Authorization` must be `Bearer` and the secret key of exactly one account",
    );
  return account;
}
