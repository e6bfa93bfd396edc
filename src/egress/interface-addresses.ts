import { networkInterfaces } from "node:os";
import { formatAddress, parseAddress } from "../core/targets/address.ts";
import { isGloballyRoutable } from "../core/targets/public-address.ts";
import type { Clock } from "../platform/process/clock.ts";

const refreshMilliseconds = 10_000;

/**
 * The addresses of this machine's network interfaces, which pages may not reach. If one of them is public, a page could otherwise reach
 * services of this machine that only a firewall hides from the Internet.
 */
export class InterfaceAddresses {
  readonly #clock: Clock;
  #known = new Set<string>();
  #hasPublicIPv6 = false;
  #readAtMilliseconds = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param address as `formatAddress` writes it */
  has(address: string): boolean {
    this.#refresh();
    return this.#known.has(address);
  }

  /** Whether this machine has a public IPv6 address. */
  hasPublicIPv6(): boolean {
    this.#refresh();
    return this.#hasPublicIPv6;
  }

  #refresh(): void {
    const now = this.#clock.monotonicMilliseconds();
    if (now - this.#readAtMilliseconds < refreshMilliseconds) return;
    this.#readAtMilliseconds = now;
    const interfaces = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
    const addresses = interfaces
      .map(({ address }) => parseAddress(address))
      .filter((address) => address !== undefined);
    this.#known = new Set(addresses.map(formatAddress));
    this.#hasPublicIPv6 = addresses.some(
      (address) => address.family === 6 && isGloballyRoutable(address),
    );
  }
}
