import { promises as dns } from "node:dns";
import { formatAddress, parseAddress, unmapped } from "../core/targets/address.ts";
import type { Address } from "../core/targets/address.ts";
import type { TrafficClass } from "../core/tokens/proxy-token.ts";
import {
  isLocalhostName,
  loopbackAddresses,
  notPublicMessage,
} from "../core/targets/target-policy.ts";
import { isPortAllowed } from "../core/targets/target-policy-ports.ts";
import { isNamedBy, mayVisitAddress } from "../core/targets/target-policy-rules.ts";
import type { ForwardProxyConfig, HostAndPort } from "./config.ts";
import type { NameResolver } from "./name-resolver.ts";
import type { OwnAddresses } from "./own-addresses.ts";
import { nameNotResolved, targetNotAllowed } from "./refusal.ts";

/** A target whose every address was judged in this moment. Whoever connects dials one of them. */
export interface CheckedTarget extends HostAndPort {
  readonly addresses: readonly string[];
  /** Whether IPv6 is worth trying first. */
  readonly prefersIPv6: boolean;
}

export interface TargetCheckParts {
  config: ForwardProxyConfig;
  resolver: NameResolver;
  ownAddresses: Pick<OwnAddresses, "has" | "hasPublicIPv6">;
}

/** The rules of each traffic class, applied to every tunnel anew. */
export class TargetCheck {
  readonly #config: ForwardProxyConfig;
  readonly #resolver: NameResolver;
  readonly #ownAddresses: TargetCheckParts["ownAddresses"];

  constructor({ config, resolver, ownAddresses }: TargetCheckParts) {
    this.#config = config;
    this.#resolver = resolver;
    this.#ownAddresses = ownAddresses;
  }

  /** The addresses to dial, or a Refusal. */
  async check(trafficClass: TrafficClass, target: HostAndPort): Promise<CheckedTarget> {
    if (trafficClass === "store") return await this.#checkStore(target);
    if (!isPortAllowed(target.port))
      throw targetNotAllowed(
        `Port ${target.port} of ${target.host} may not be visited; browsers block it`,
      );
    return this.#checked(target, await this.#judgedAddresses(target));
  }

  /**
   * Whether what goes through a tunnel of this class must be TLS: the class allows no http. Which switch would allow it, the
   * client has to know: inside a tunnel there is nobody to tell.
   */
  demandsTLS(trafficClass: TrafficClass): boolean {
    if (trafficClass === "webhook") return !this.#config.webhookAllowsHTTP;
    return trafficClass === "tenant-storage" && !this.#config.storageAllowsHTTP;
  }

  /** The store is named by the operator, so the system's own ways of resolving names are right for it. */
  async #checkStore(target: HostAndPort): Promise<CheckedTarget> {
    const { store } = this.#config;
    if (store === undefined || store.host !== target.host || store.port !== target.port)
      throw targetNotAllowed("This token is for the configured object store only");
    try {
      const found = await dns.lookup(target.host, { all: true });
      return this.#checked(
        target,
        found.map(({ address }) => address),
      );
    } catch (thrown) {
      throw nameNotResolved(`The object store's host ${target.host} was not found`, thrown);
    }
  }

  async #judgedAddresses(target: HostAndPort): Promise<string[]> {
    const { host } = target;
    if (isLocalhostName(host)) return this.#judgedLoopback(target);

    const literal = parseAddress(host);
    const texts = literal === undefined ? await this.#resolver.resolve(host) : [host];
    const addresses = texts.map(parseAddress);
    // One bad address is enough: an attacker may have chosen which of them is dialled.
    if (!addresses.every((address) => address !== undefined && this.#mayDial(address, target)))
      throw targetNotAllowed(notPublicMessage(host));
    return addresses.filter((address) => address !== undefined).map(dialled);
  }

  /** The name's meaning is fixed, so here the addresses that are allowed are enough. */
  #judgedLoopback(target: HostAndPort): string[] {
    const allowed = loopbackAddresses
      .map(parseAddress)
      .filter((address) => address !== undefined && this.#mayDial(address, target));
    if (allowed.length === 0) throw targetNotAllowed(notPublicMessage(target.host));
    return allowed.filter((address) => address !== undefined).map(dialled);
  }

  #mayDial(address: Address, { port }: HostAndPort): boolean {
    const { rules } = this.#config;
    if (!mayVisitAddress(address, port, rules)) return false;
    return isNamedBy(rules.allow, address, port) || !this.#ownAddresses.has(dialled(address));
  }

  #checked({ host, port }: HostAndPort, addresses: readonly string[]): CheckedTarget {
    return { host, port, addresses, prefersIPv6: this.#ownAddresses.hasPublicIPv6() };
  }
}

function dialled(address: Address): string {
  return formatAddress(unmapped(address));
}
