import { checkLink } from "../take/signed-link.ts";
import { unservedField } from "../../core/accounts/unserved-field.ts";
import { textOfRaw, type RawOptions } from "../take/raw-options.ts";
import { TakeError } from "../../core/take/take-error.ts";
import type { AccountDirectory, KnownAccount } from "./account-directory.ts";

export interface Caller {
  /** `X-Access-Key`. */
  header: string | undefined;
  options: RawOptions;
  /** The raw query string; undefined where links are not signed (POST). */
  rawQuery: string | undefined;
}

/**
 * Finds out who calls. The key in the options wins over the header: it is what a signed link signs. A wrong signature is refused
 * whether or not the account requires one.
 */
export function authenticate(caller: Caller, accounts: AccountDirectory): KnownAccount {
  const key = caller.options.get("access_key") ?? caller.header;
  if (key === undefined || key === "")
    throw new TakeError("access_key_required", {
      message:
        "An access key is required: send `access_key` as an option or the header `X-Access-Key`",
    });
  const account = accounts.find(textOfRaw(key));
  if (account === undefined || account.spec.suspended === true)
    throw new TakeError("access_key_invalid", {
      message: account ? "The account is suspended" : "The access key is not known",
    });
  checkSignature(caller, account);
  const unserved = unservedField(account.spec);
  if (unserved !== undefined)
    throw new TakeError("access_key_invalid", {
      message: `The account has a field that is not served: ${unserved}`,
    });
  return account;
}

function checkSignature({ options, rawQuery }: Caller, account: KnownAccount): void {
  if (rawQuery === undefined && options.has("signature"))
    throw new TakeError("signature_is_not_valid", {
      message: "A `signature` is for GET and HEAD only: leave it out of a POST body",
    });
  const check = rawQuery === undefined ? "Unsigned" : checkLink(rawQuery, account.secretKeys);
  if (check === "Invalid")
    throw new TakeError("signature_is_not_valid", {
      message:
        "The signature is not valid: sign the query string exactly as it is sent, with `signature` last",
    });
  if (check === "Unsigned" && account.spec.requireSignature === true)
    throw new TakeError("signature_is_required", {
      message: "The account accepts signed requests only: append `signature` to the query string",
    });
}
