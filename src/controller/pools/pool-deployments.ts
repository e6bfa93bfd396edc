import { fieldManager, scaleFieldManager } from "../../api/settings/kubernetes-names.ts";
import { desiredDeployment, desiredDisruptionBudget, hashOf } from "./pool-deployment.ts";
import type { DeploymentCache } from "./deployment-cache.ts";
import { projectDeployment } from "./deployment-record.ts";
import type { DeploymentRecord } from "./deployment-record.ts";
import type { DeploymentInput, DesiredObject } from "./pool-deployment.ts";
import type { ResourceClient } from "../../platform/kube/resource-client.ts";
import { isAtLeast } from "../../platform/kube/resource-version.ts";
import type { Deployment, PodDisruptionBudget } from "../../platform/kube/resources.ts";

interface PoolDeploymentsDependencies {
  cache: DeploymentCache;
  client: ResourceClient<Deployment>;
  budgets: ResourceClient<PodDisruptionBudget>;
}

/** The last desired state that was applied, and the answer of the API server. */
interface Applied {
  hash: string;
  record: DeploymentRecord;
}

/** A Deployment with the pool's name exists that does not belong to the pool. */
export class ForeignDeployment extends Error {}

/** Applies the Deployments and PodDisruptionBudgets of pools when they differ from the desired state. */
export class PoolDeployments {
  readonly #dependencies: PoolDeploymentsDependencies;
  readonly #applied = new Map<string, Applied>();
  readonly #budgets = new Map<string, string>();
  /** Names of Deployments that the cache has shown. */
  readonly #seen = new Set<string>();

  constructor(dependencies: PoolDeploymentsDependencies) {
    this.#dependencies = dependencies;
  }

  /** The Deployment as the API server has it, as far as this process knows. */
  observed(namespace: string, name: string): DeploymentRecord | undefined {
    const cached = this.#dependencies.cache.get(`${namespace}/${name}`);
    const written = this.#applied.get(name)?.record;
    if (cached === undefined || written === undefined) return cached ?? written;
    // The cache may be behind the last write.
    const isBehind =
      cached.uid === written.uid && !isAtLeast(cached.resourceVersion, written.resourceVersion);
    return isBehind ? written : cached;
  }

  /** Applies the objects of this name again, whether they have changed or not. */
  forget(name: string): void {
    this.#applied.delete(name);
    this.#budgets.delete(name);
  }

  /**
   * Brings Deployment and PodDisruptionBudget to the desired state and returns the Deployment. A new one starts with
   * `replicas` pods.
   *
   * @throws ForeignDeployment when the name is taken; KubeError when the API server refuses.
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

  /** Sets the number of pods. Nothing else writes it. */
  async scale(
    deployment: { namespace: string; name: string },
    replicas: number,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#dependencies.client.applyScale(deployment, replicas, {
      fieldManager: scaleFieldManager,
      signal,
    });
  }

  #isDrifted(name: string, observed: DeploymentRecord, hash: string): boolean {
    const applied = this.#applied.get(name);
    // A new leader applies each Deployment once.
    if (applied === undefined || applied.record.uid !== observed.uid) return true;
    return (
      applied.hash !== hash ||
      observed.hash !== hash ||
      observed.specDigest !== applied.record.specDigest
    );
  }

  /**
   * Without `replicas` a new Deployment would start with one pod. So it is created with the number, the scale's field manager
   * takes the field over, and then this field manager gives it up. The hash is written last: a crash before repeats all steps.
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

  /** The cache has only Deployments with our labels; another one may have the name. */
  async #live(desired: DesiredObject, signal: AbortSignal): Promise<DeploymentRecord | undefined> {
    const { name, namespace } = desired.metadata;
    const deployment = await this.#dependencies.client.find({ namespace, name }, { signal });
    return deployment && projectDeployment(deployment);
  }

  /** A Deployment that the cache has shown before and no longer shows was deleted. */
  #forgetDeleted(namespace: string, name: string): void {
    const isCached = this.#dependencies.cache.get(`${namespace}/${name}`) !== undefined;
    if (!isCached && this.#seen.delete(name)) this.forget(name);
    if (isCached) this.#seen.add(name);
  }
}

function checkOwner(observed: DeploymentRecord, input: DeploymentInput, name: string): void {
  if (observed.deleting)
    throw new ForeignDeployment(
      `The Deployment ${name} is being deleted; it is created again after that`,
    );
  if (observed.ownerUID === input.uid) return;
  throw new ForeignDeployment(
    observed.ownerUID === undefined
      ? `The Deployment ${name} exists and has no owner; delete it, so that the pool's Deployment can be created`
      : `The Deployment ${name} belongs to another object, perhaps to an earlier pool of the same name; the pool's own is created when that one is gone`,
  );
}
