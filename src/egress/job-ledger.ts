import type { ProxyGrant } from "../core/proxy-token.ts";
import type { Clock } from "../platform/process/clock.ts";
import { JobAccount } from "./job-account.ts";

interface Entry {
  account: JobAccount;
  expiry: NodeJS.Timeout;
}

/** setTimeout takes no more than this. */
const longestTimerMilliseconds = 2 ** 31 - 1;

/** The accounts of all jobs whose tokens were seen and have not expired. */
export class JobLedger {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  readonly #onOpen: (account: JobAccount) => void;
  readonly #onClose: (account: JobAccount) => void;

  constructor(options: {
    clock: Clock;
    onOpen: (account: JobAccount) => void;
    onClose: (account: JobAccount) => void;
  }) {
    this.#clock = options.clock;
    this.#onOpen = options.onOpen;
    this.#onClose = options.onClose;
  }

  /** The account of the attempt and class the grant is for; two tokens for the same one share it. */
  accountOf(grant: ProxyGrant): JobAccount {
    const key = `${grant.uid} ${grant.attempt} ${grant.class}`;
    const known = this.#entries.get(key);
    if (known !== undefined) return known.account;

    const account = new JobAccount(grant);
    const milliseconds = grant.expires * 1000 - this.#clock.now();
    const expiry = setTimeout(
      () => this.#close(key),
      Math.min(Math.max(milliseconds, 0), longestTimerMilliseconds),
    );
    this.#entries.set(key, { account, expiry });
    this.#onOpen(account);
    return account;
  }

  /** Closes every account. */
  close(): void {
    for (const key of [...this.#entries.keys()]) this.#close(key);
  }

  #close(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    clearTimeout(entry.expiry);
    this.#entries.delete(key);
    entry.account.close();
    this.#onClose(entry.account);
  }
}
