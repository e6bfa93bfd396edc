import type { ProxyGrant } from "../core/tokens/proxy-token.ts";
import type { Clock } from "../platform/process/clock.ts";
import { TrafficBudget } from "./traffic-budget.ts";

interface Entry {
  account: TrafficBudget;
  expiry: NodeJS.Timeout;
}

/** setTimeout takes no more than this. */
const longestTimerMilliseconds = 2 ** 31 - 1;

/** The accounts of all jobs whose tokens were seen and have not expired. */
export class TrafficBudgets {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  readonly #onOpen: (account: TrafficBudget) => void;
  readonly #onClose: (account: TrafficBudget) => void;

  constructor(options: {
    clock: Clock;
    onOpen: (account: TrafficBudget) => void;
    onClose: (account: TrafficBudget) => void;
  }) {
    this.#clock = options.clock;
    this.#onOpen = options.onOpen;
    this.#onClose = options.onClose;
  }

  /** The account of the attempt and class the grant is for; two tokens for the same one share it. */
  accountOf(grant: ProxyGrant): TrafficBudget {
    const key = `${grant.uid} ${grant.attempt} ${grant.class}`;
    const known = this.#entries.get(key);
    if (known !== undefined) return known.account;

    const account = new TrafficBudget(grant);
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
