import { createHash } from "node:crypto";
import type { Account, AccountSpec } from "../../api/kinds/resource-types.ts";
import { parseAccountTargets, type AccountTargets } from "../../core/targets/account-targets.ts";
import { credentialsOf, type Credentials } from "../../core/accounts/credentials.ts";
import { Reflector } from "../../platform/kube/reflector.ts";
import { accountType, secretType, type Secret } from "../../platform/kube/resources.ts";
import type { KubeTransport } from "../../platform/kube/transport.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";

/** An account with its spec and its secret keys. */
export interface KnownAccount {
  readonly name: string;
  /** Another one if the account was deleted and made anew. */
  readonly uid: string;
  readonly spec: AccountSpec;
  /** The current key and, during a rotation, the previous one. */
  readonly secretKeys: readonly string[];
  /** Which pages its calls may be of; undefined: all. */
  readonly targets: AccountTargets | undefined;
  /** Why its keys open nothing; undefined if they do. */
  readonly credentialsProblem: string | undefined;
}

interface KnownCredentials extends Omit<Credentials, "accessKeys"> {
  accessKeyDigests: string[];
}

interface AccountDirectoryDependencies {
  transport: KubeTransport;
  accountsNamespace: string;
  clock: Clock;
  log: Logger;
}

/**
 * The accounts of their namespace and their credentials, kept current by two watches. Keys are compared as SHA-256 digests.
 */
export class AccountDirectory {
  readonly name = "accounts";
  readonly #accounts: Reflector<Account, Pick<KnownAccount, "spec" | "uid">>;
  readonly #secrets: Reflector<Secret, KnownCredentials>;
  readonly #namespace: string;
  #byAccessKey = new Map<string, KnownAccount>();
  /** Undefined for a key that several accounts have: it does not say which of them calls. */
  #bySecretKey = new Map<string, KnownAccount | undefined>();

  constructor(dependencies: AccountDirectoryDependencies) {
    const { transport, clock, log, accountsNamespace: namespace } = dependencies;
    this.#namespace = namespace;
    this.#accounts = new Reflector<Account, Pick<KnownAccount, "spec" | "uid">>({
      transport,
      clock,
      log,
      namespace,
      type: accountType,
      project: ({ spec, metadata }) => ({ spec, uid: metadata.uid }),
    });
    this.#secrets = new Reflector<Secret, KnownCredentials>({
      transport,
      clock,
      log,
      namespace,
      type: secretType,
      project: ({ data }) => knownCredentials(credentialsOf(data)),
    });
    this.#accounts.onChange(() => this.#rebuild());
    this.#secrets.onChange(() => this.#rebuild());
  }

  async start(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#accounts.start(signal), this.#secrets.start(signal)]);
    await Promise.all([this.#accounts.synced, this.#secrets.synced]);
  }

  async stop(): Promise<void> {
    await Promise.all([this.#accounts.stop(), this.#secrets.stop()]);
  }

  findByAccessKey(accessKey: string): KnownAccount | undefined {
    return this.#byAccessKey.get(digestOf(accessKey));
  }

  /** Undefined if no account has this key, or several have. */
  findBySecretKey(secretKey: string): KnownAccount | undefined {
    return this.#bySecretKey.get(digestOf(secretKey));
  }

  #rebuild(): void {
    const byAccessKey = new Map<string, KnownAccount>();
    const bySecretKey = new Map<string, KnownAccount | undefined>();
    for (const [key, { spec, uid }] of this.#accounts.entries()) {
      const credentials = this.#secrets.get(`${this.#namespace}/${spec.credentialsSecretRef.name}`);
      if (credentials === undefined) continue;
      const name = key.slice(key.indexOf("/") + 1);
      const { secretKeys, problem: credentialsProblem } = credentials;
      const targets = parseAccountTargets(spec.targets);
      const account = { name, uid, spec, secretKeys, targets, credentialsProblem };
      for (const digest of credentials.accessKeyDigests) byAccessKey.set(digest, account);
      for (const digest of new Set(credentials.secretKeys.map(digestOf)))
        bySecretKey.set(digest, bySecretKey.has(digest) ? undefined : account);
    }
    this.#byAccessKey = byAccessKey;
    this.#bySecretKey = bySecretKey;
  }
}

/** Undefined for a Secret without an access key, so that the cache holds only credentials of accounts. */
function knownCredentials({ accessKeys, ...others }: Credentials): KnownCredentials | undefined {
  if (accessKeys.length === 0) return undefined;
  return { ...others, accessKeyDigests: accessKeys.map(digestOf) };
}

function digestOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}
