import type { ScreenshotClass } from "../../api/kinds/resource-types.ts";
import { isAlreadyExists, isConflict, isNotFound } from "../../platform/kube/kube-error.ts";
import type { NewObject, ResourceClient } from "../../platform/kube/resource-client.ts";
import type { Namespace } from "../../platform/kube/resources.ts";
import type { ClassHolder } from "./class-claim-plan.ts";
import { planClaim } from "./class-claim-plan.ts";

interface ClassRecordDependencies {
  classes: ResourceClient<ScreenshotClass>;
  namespaces: ResourceClient<Namespace>;
  className: string;
  operatorNamespace: string;
}

/** Who holds a class, as the API server has it; `uid` is that of the ScreenshotClass. */
export interface ClassState {
  holder: ClassHolder;
  uid: string;
  isOurs: boolean;
}

const timeoutMilliseconds = 10_000;

/** The ScreenshotClass of one name, as one installation sees and claims it. */
export class ClassRecord {
  readonly #dependencies: ClassRecordDependencies;

  constructor(dependencies: ClassRecordDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Claims the class if that is allowed, and says who holds it then; undefined when another was faster and it has to be read again.
   * @throws KubeError, or an Error when the installation's own namespace is not there
   */
  async claim(signal: AbortSignal): Promise<ClassState | undefined> {
    const { classes, className, operatorNamespace: namespace } = this.#dependencies;
    const namespaceUID = await this.#uidOf(namespace, signal);
    if (namespaceUID === undefined)
      throw new Error(`The namespace '${namespace}' of the installation does not exist`);
    const own = { namespace, namespaceUID };
    const claimed = await classes.find({ name: className }, { signal, timeoutMilliseconds });
    const holder = claimed?.spec.holder;
    const plan = planClaim({
      own,
      holder,
      namespaceUID: holder && (await this.#uidOf(holder.namespace, signal)),
    });
    if (claimed !== undefined && (plan === "Keep" || plan === "Yield"))
      return stateOf(claimed, plan === "Keep");
    const written = await this.#write(claimed, own, signal);
    return written && stateOf(written, true);
  }

  /** Creates the claim, or takes it over as it was read. Of several that try, one succeeds. */
  async #write(
    claimed: ScreenshotClass | undefined,
    holder: ClassHolder,
    signal: AbortSignal,
  ): Promise<ScreenshotClass | undefined> {
    const { classes, className } = this.#dependencies;
    const options = { signal, timeoutMilliseconds };
    const spec = { holder };
    try {
      if (claimed !== undefined) return await classes.replace({ ...claimed, spec }, options);
      const object = { metadata: { name: className }, spec };
      return await classes.create(object as NewObject<ScreenshotClass>, options);
    } catch (thrown) {
      if (isAlreadyExists(thrown) || isConflict(thrown)) return undefined;
      // Deleted since it was read.
      if (claimed !== undefined && isNotFound(thrown)) return undefined;
      throw thrown;
    }
  }

  async #uidOf(name: string, signal: AbortSignal): Promise<string | undefined> {
    const { namespaces } = this.#dependencies;
    return (await namespaces.find({ name }, { signal, timeoutMilliseconds }))?.metadata.uid;
  }
}

function stateOf({ spec, metadata }: ScreenshotClass, isOurs: boolean): ClassState {
  return { holder: spec.holder, uid: metadata.uid, isOurs };
}
