import { fieldManager, scaleFieldManager } from "../../api/settings/keys.ts";
import { desiredDeployment, desiredDisruptionBudget, hashOf } from "./pool-deployment.ts";
import type { DeploymentCache } from "./deployment-cache.ts";
import { projectDeployment } from "./deployment-record.ts";
import type { DeploymentRecord } from "./deployment-record.ts";
import type { DeploymentInput, DesiredObject } from "./pool-deployment.ts";
import type { ResourceClient } from "../../platform/kube/resource-client.ts";
import { isAtLeast } from "../../platform/kube/resource-version.ts";
import type { Deployment, PodDisruptionBudget } from "../../platform/kube/resources.ts";

export interface PoolDeploymentsDependencies {
  cache: DeploymentCache;
  client: ResourceClient<Deployment>;
  budgets: ResourceClient<PodDisruptionBudget>;
}

/** How the server answered when the desired state was written last. */
interface Applied {
  hash: string;
  record: DeploymentRecord;
}

/** An object of the name is there that does not belong to the pool. */
export class ForeignDeployment extends Error {}

/** Writes Deployments and PodDisruptionBudgets of pools when they are not as they should be, and only then. */
export class PoolDeployments {
  readonly #dependencies: PoolDeploymentsDependencies;
  readonly #applied = new Map<string, Applied>();
  readonly #budgets = new Map<string, string>();
  /** Those that the cache has shown. */
  readonly #seen = new Set<string>();

  constructor(dependencies: PoolDeploymentsDependencies) {
    this.#dependencies = dependencies;
  }

  observed(namespace: string, name: string): DeploymentRecord | undefined {
    const cached = this.#dependencies.cache.get(`${namespace}/${name}`);
    const written = this.#applied.get(name)?.record;
    if (cached === undefined || written === undefined) return cached ?? written;
    // The cache may not have seen yet what was written a moment ago.
    const isBehind =
      cached.uid === written.uid && !isAtLeast(cached.resourceVersion, written.resourceVersion);
    return isBehind ? written : cached;
  }

  forget(name: string): void {
    this.#applied.delete(name);
    this.#budgets.delete(name);
  }

  /**
   * The Deployment as it is afterwards. A new one begins with `replicas` pods.
   * @throws KubeError, or ForeignDeployment.
   */
  async ensure(
    input: DeploymentInput,
    replicas: number,
    signal: AbortSignal,
  ): Promise<DeploymentRecord> {
    const desired = desiredDeployment(input);
    const { name, namespace } = desired.metadata;
    this.#forgetDeleted(namespace, name);
    const observed = this.observed(namespace, name) ?? (await this.#live(desired, signal));
    if (observed !== undefined) checkOwner(observed, input, name);
    await this.#ensureBudget(input, signal);
    if (observed === undefined || observed.hash === "")
      return await this.#create(desired, replicas, signal);
    if (!this.#isDrifted(name, observed, hashOf(desired))) return observed;
    return await this.#apply(desired, signal);
  }

  /** Sets the number of pods; the only way it is ever set. */
  async scale(
    place: { namespace: string; name: string },
    replicas: number,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#dependencies.client.applyScale(place, replicas, {
      fieldManager: scaleFieldManager,
      signal,
    });
  }

  #isDrifted(name: string, observed: DeploymentRecord, hash: string): boolean {
    const applied = this.#applied.get(name);
    // A new leader makes sure once.
    if (applied === undefined || applied.record.uid !== observed.uid) return true;
    return (
      applied.hash !== hash ||
      observed.hash !== hash ||
      observed.specDigest !== applied.record.specDigest
    );
  }

  /**
   * An object that is applied without `replicas` would begin with one pod. So it is made with the number, which then passes
   * to the other field manager before this one lets go of it. The hash comes last: without it, all this is done again.
   */
  async #create(
    desired: DesiredObject,
    replicas: number,
    signal: AbortSignal,
  ): Promise<DeploymentRecord> {
    const { name, namespace } = desired.metadata;
    const { annotations: _hash, ...metadata } = desired.metadata;
    const first = { ...desired, metadata, spec: { ...desired.spec, replicas } };
    await this.#dependencies.client.apply(first, { fieldManager, signal });
    await this.scale({ namespace, name }, replicas, signal);
    return await this.#apply(desired, signal);
  }

  async #apply(desired: DesiredObject, signal: AbortSignal): Promise<DeploymentRecord> {
    const answer = await this.#dependencies.client.apply({ ...desired }, { fieldManager, signal });
    const record = projectDeployment(answer);
    this.#applied.set(desired.metadata.name, { hash: hashOf(desired), record });
    return record;
  }

  async #ensureBudget(input: DeploymentInput, signal: AbortSignal): Promise<void> {
    const desired = desiredDisruptionBudget(input);
    const { name } = desired.metadata;
    if (this.#budgets.get(name) === hashOf(desired)) return;
    await this.#dependencies.budgets.apply({ ...desired }, { fieldManager, signal });
    this.#budgets.set(name, hashOf(desired));
  }

  /** The cache shows only what carries our labels; something else may have the name. */
  async #live(desired: DesiredObject, signal: AbortSignal): Promise<DeploymentRecord | undefined> {
    const { name, namespace } = desired.metadata;
    const deployment = await this.#dependencies.client.find({ namespace, name }, { signal });
    return deployment && projectDeployment(deployment);
  }

  /** What was written is no longer in the cache, although the cache is past it: somebody deleted it. */
  #forgetDeleted(namespace: string, name: string): void {
    const isCached = this.#dependencies.cache.get(`${namespace}/${name}`) !== undefined;
    if (!isCached && this.#seen.delete(name)) this.forget(name);
    if (isCached) this.#seen.add(name);
  }
}

function checkOwner(observed: DeploymentRecord, input: DeploymentInput, name: string): void {
  if (observed.deleting)
    throw new ForeignDeployment(
      `The Deployment ${name} is being deleted; it is made anew after that`,
    );
  if (observed.ownerUID === input.uid) return;
  throw new ForeignDeployment(
    observed.ownerUID === undefined
      ? `There is a Deployment ${name} that belongs to nobody; delete it, so that the pool's own can take its place`
      : `The Deployment ${name} belongs to another object, perhaps to an earlier pool of the same name; it is made anew when that one is gone`,
  );
}
