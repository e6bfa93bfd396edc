import { networkInterfaces } from "node:os";
import { formatAddress, parseAddress } from "../core/targets/address.ts";
import { isGloballyRoutable } from "../core/targets/address-reach.ts";
import type { Clock } from "../platform/process/clock.ts";

const refreshMilliseconds = 10_000;

/**
 * The addresses of this machine's own interfaces. On a machine with a public address, a page could otherwise reach
 * through it what listens here and is shielded from the Internet by a firewall only.
 */
export class OwnAddresses {
  readonly #clock: Clock;
  #known = new Set<string>();
  #hasPublicIPv6 = false;
  #readAtMilliseconds = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes an address in the form of `formatAddress`. */
  has(address: string): boolean {
    this.#refresh();
    return this.#known.has(address);
  }

  /** Whether this machine could reach public IPv6 addresses at all. */
  hasPublicIPv6(): boolean {
    this.#refresh();
    return this.#hasPublicIPv6;
  }

  #refresh(): void {
    const now = this.#clock.monotonicMilliseconds();
    if (now - this.#readAtMilliseconds < refreshMilliseconds) return;
    this.#readAtMilliseconds = now;
    const texts = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
    const addresses = texts
      .map(({ address }) => parseAddress(address))
      .filter((address) => address !== undefined);
    this.#known = new Set(addresses.map(formatAddress));
    this.#hasPublicIPv6 = addresses.some(
      (address) => address.family === 6 && isGloballyRoutable(address),
    );
  }
}
