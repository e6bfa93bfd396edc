import type { AccountSpec } from "../../api/kinds/resource-types.ts";
import type { Accounts } from "./create-accounts.ts";

/** Reads which targets an account allows and denies. */
export class AccountTargetsReader {
  readonly #accounts: Pick<Accounts, "cache" | "client">;
  readonly #namespace: string;

  constructor(accounts: Pick<Accounts, "cache" | "client">, accountsNamespace: string) {
    this.#accounts = accounts;
    this.#namespace = accountsNamespace;
  }

  /** Undefined if the account has no such limits, or there is none. @throws KubeError if that is not known */
  async of(name: string | undefined, signal: AbortSignal): Promise<AccountSpec["targets"]> {
    if (name === undefined) return undefined;
    const { cache, client } = this.#accounts;
    const namespace = this.#namespace;
    // A gateway may see a new account before this process does.
    const account =
      cache.get(`${namespace}/${name}`) ?? (await client.find({ namespace, name }, { signal }));
    return account?.spec.targets;
  }
}
