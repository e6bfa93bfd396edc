import { formatAddress, parseAddress, unmapped } from "../core/targets/address.ts";
import type { Address } from "../core/targets/address.ts";
import type { ProxyGrant, TrafficClass } from "../api/messages/proxy-grant.ts";
import { notForAccountMessage } from "../core/targets/account-targets.ts";
import { isListedAddress, parseHostList } from "../core/targets/host-list.ts";
import { internalNameMessage, isInternalName } from "../core/targets/internal-name.ts";
import {
  isLocalhostName,
  loopbackAddresses,
  notPublicMessage,
} from "../core/targets/url-policy.ts";
import { isPortAllowed } from "../core/targets/target-ports.ts";
import { isNamedBy, mayVisitAddress } from "../core/targets/address-policy.ts";
import type { ForwardProxyConfig, HostAndPort } from "./config.ts";
import type { ClusterRanges } from "./cluster-ranges.ts";
import { NameCache } from "../platform/process/name-cache.ts";
import type { NameResolver } from "./name-resolver.ts";
import type { InterfaceAddresses } from "./interface-addresses.ts";
import { nameNotResolved, targetNotAllowed } from "./refusal.ts";

/** A target whose addresses were all just authorized; only these may be dialled. */
export interface AuthorizedTarget extends HostAndPort {
  readonly addresses: readonly string[];
  /** Whether IPv6 is tried first. */
  readonly prefersIPv6: boolean;
}

export interface TargetAuthorizerDependencies {
  config: ForwardProxyConfig;
  nameResolver: NameResolver;
  interfaceAddresses: Pick<InterfaceAddresses, "has" | "hasPublicIPv6">;
  clusterRanges: Pick<ClusterRanges, "has">;
}

/** Resolves the target of each tunnel and applies the rules of its traffic class. Nothing is cached between tunnels. */
export class TargetAuthorizer {
  readonly #config: ForwardProxyConfig;
  readonly #nameResolver: NameResolver;
  readonly #storeNames = new NameCache();
  readonly #interfaceAddresses: TargetAuthorizerDependencies["interfaceAddresses"];
  readonly #clusterRanges: TargetAuthorizerDependencies["clusterRanges"];

  constructor(dependencies: TargetAuthorizerDependencies) {
    const { config, nameResolver, interfaceAddresses, clusterRanges } = dependencies;
    this.#config = config;
    this.#nameResolver = nameResolver;
    this.#interfaceAddresses = interfaceAddresses;
    this.#clusterRanges = clusterRanges;
  }

  /** The addresses to dial. Throws a Refusal. */
  async authorize(
    grant: Pick<ProxyGrant, "class" | "deny">,
    target: HostAndPort,
  ): Promise<AuthorizedTarget> {
    if (grant.class === "store") return await this.#authorizeObjectStore(target);
    if (!isPortAllowed(target.port))
      throw targetNotAllowed(
        `Port ${target.port} of ${target.host} may not be visited; browsers block it`,
      );
    const addresses = await this.#authorizedAddresses(target);
    if (grant.deny !== undefined && hasDenied(addresses, grant.deny))
      throw targetNotAllowed(notForAccountMessage(target.host));
    return this.#toAuthorized(target, addresses);
  }

  /**
   * Whether tunnels of this class must carry TLS. A tunnel that does not is closed without a reason, since nothing can be answered inside
   * it; the client itself names the setting that allows http.
   */
  requiresTLS(trafficClass: TrafficClass): boolean {
    if (trafficClass === "webhook") return !this.#config.webhookAllowsHTTP;
    return trafficClass === "tenant-storage" && !this.#config.storageAllowsHTTP;
  }

  /** Ends the lookups in progress; they fail. */
  cancel(): void {
    this.#nameResolver.cancel();
    this.#storeNames.cancel();
  }

  /** The operator configures this host, so it is looked up as the system does, with hosts file and search domains. */
  async #authorizeObjectStore(target: HostAndPort): Promise<AuthorizedTarget> {
    const { store } = this.#config;
    if (store === undefined || store.host !== target.host || store.port !== target.port)
      throw targetNotAllowed("This token allows only the configured object store");
    try {
      return this.#toAuthorized(target, await this.#storeNames.resolve(target.host));
    } catch (thrown) {
      throw nameNotResolved(`The object store's host ${target.host} was not found`, thrown);
    }
  }

  async #authorizedAddresses(target: HostAndPort): Promise<string[]> {
    const { host } = target;
    if (isLocalhostName(host)) return this.#authorizedLoopback(target);

    const literal = parseAddress(host);
    if (literal === undefined && isInternalName(host, this.#config.rules.clusterDomain))
      throw targetNotAllowed(internalNameMessage(host));
    const texts = literal === undefined ? await this.#nameResolver.resolve(host) : [host];
    const addresses = texts.map(parseAddress);
    // One forbidden address is enough: an attacker may control which of them is dialled.
    if (!addresses.every((address) => address !== undefined && this.#mayDial(address, target)))
      throw targetNotAllowed(notPublicMessage(host));
    return addresses.filter((address) => address !== undefined).map(toDialled);
  }

  /** `localhost` is never looked up: it means 127.0.0.1 and ::1, of which the allowed ones are dialled. */
  #authorizedLoopback(target: HostAndPort): string[] {
    const allowed = loopbackAddresses
      .map(parseAddress)
      .filter((address) => address !== undefined && this.#mayDial(address, target));
    if (allowed.length === 0) throw targetNotAllowed(notPublicMessage(target.host));
    return allowed.filter((address) => address !== undefined).map(toDialled);
  }

  #mayDial(address: Address, { port }: HostAndPort): boolean {
    const { rules } = this.#config;
    if (!mayVisitAddress(address, port, rules)) return false;
    if (isNamedBy(rules.allow, address, port)) return true;
    return !this.#interfaceAddresses.has(toDialled(address)) && !this.#clusterRanges.has(address);
  }

  #toAuthorized({ host, port }: HostAndPort, addresses: readonly string[]): AuthorizedTarget {
    return { host, port, addresses, prefersIPv6: this.#interfaceAddresses.hasPublicIPv6() };
  }
}

function toDialled(address: Address): string {
  return formatAddress(unmapped(address));
}

function hasDenied(addresses: readonly string[], deny: readonly string[]): boolean {
  const denied = parseHostList(deny);
  return addresses
    .map(parseAddress)
    .some((address) => address !== undefined && isListedAddress(denied, address));
}
