import { documentRefusal } from "../../core/targets/account-targets.ts";
import { TakeError } from "../../core/take/take-error.ts";
import type { KnownAccount } from "./account-directory.ts";

/**
 * Refuses a page that the account may not visit, before a job is made. Where the page leads is checked when it is captured.
 * @throws TakeError request_not_valid
 */
export function refuseTarget({ targets }: Pick<KnownAccount, "targets">, url: unknown): void {
  const refusal = typeof url === "string" ? documentRefusal(url, targets) : undefined;
  if (refusal === undefined) return;
  throw new TakeError("request_not_valid", {
    message: `The request is not valid: "url" is refused: ${refusal}`,
    reason: "TargetNotAllowed",
  });
}
