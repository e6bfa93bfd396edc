import { checkLink } from "../take/signed-link.ts";
import { textOfRaw, type RawOptions } from "../take/raw-options.ts";
import { invalidRequest, TakeError } from "../../core/take/take-error.ts";
import type { AccountDirectory, KnownAccount } from "./account-directory.ts";
import { accountRefusal } from "./account-refusal.ts";

interface Caller {
  /** The value of `X-Access-Key`. */
  header: string | undefined;
  options: RawOptions;
  /** The raw query string; undefined where links are not signed (POST). */
  rawQuery: string | undefined;
}

/**
 * The account that calls `/take`. An access key among the options takes precedence over the header, since it is part of what a signed
 * link signs. An invalid signature is refused even if the account does not require one.
 * @throws TakeError
 */
export function authenticate(caller: Caller, accountDirectory: AccountDirectory): KnownAccount {
  const key = caller.options.get("access_key") ?? caller.header;
  if (key === undefined || key === "")
    throw new TakeError("access_key_required", {
      message:
        "An access key is required: send `access_key` as an option or the header `X-Access-Key`",
    });
  const account = accountDirectory.findByAccessKey(textOfRaw(key));
  if (account === undefined)
    throw new TakeError("access_key_invalid", { message: "No account has this access key" });
  const refusal = accountRefusal(account);
  if (refusal !== undefined) throw new TakeError("access_key_invalid", { message: refusal });
  checkSignature(caller, account);
  return account;
}

function checkSignature({ options, rawQuery }: Caller, account: KnownAccount): void {
  if (rawQuery === undefined && options.has("signature"))
    throw invalidRequest(['"signature" is not allowed in the body of a POST, only in a query']);
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
