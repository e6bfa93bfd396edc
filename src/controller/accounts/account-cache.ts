import type { Account } from "../../api/kinds/resource-types.ts";
import type { Reflector } from "../../platform/kube/reflector.ts";
import type { AccountRecord } from "./account-record.ts";

/** The records of the accounts in their namespace, kept up to date by a watch. */
export type AccountCache = Reflector<Account, AccountRecord>;
