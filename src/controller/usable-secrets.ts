import { labels } from "../api/settings/kubernetes-names.ts";
import { isForbidden } from "../platform/kube/kube-error.ts";
import type { ObjectName } from "../platform/kube/kube-object.ts";
import type { ResourceClient } from "../platform/kube/resource-client.ts";
import type { Secret } from "../platform/kube/resources.ts";

/**
 * A Secret that jobs of its namespace may refer to: one with the label `usableByJobs`, so that the right to create jobs does not reveal
 * other Secrets. Undefined when there is none, or it is in a namespace whose Secrets the controller may not read, as most are.
 * @throws KubeError when the API server cannot be read
 */
export async function findUsableSecret(
  secrets: ResourceClient<Secret>,
  name: ObjectName,
  signal: AbortSignal,
): Promise<Secret | undefined> {
  try {
    const secret = await secrets.find(name, { signal });
    return secret?.metadata.labels?.[labels.usableByJobs] === "true" ? secret : undefined;
  } catch (thrown) {
    if (isForbidden(thrown)) return undefined;
    throw thrown;
  }
}

/** The same sentence whether the Secret exists or not. */
export function unusableSecretMessage({ name, namespace = "" }: ObjectName): string {
  return `No Secret '${name}' may be used by jobs of the namespace '${namespace}': create it with the label ${labels.usableByJobs}: "true", in a namespace whose Secrets Stills may read`;
}

/** The decoded value; undefined when it is absent or empty. */
export function secretValue(secret: Secret | undefined, key: string): string | undefined {
  const encoded = secret?.data?.[key];
  const value = encoded === undefined ? "" : Buffer.from(encoded, "base64").toString();
  return value === "" ? undefined : value;
}
