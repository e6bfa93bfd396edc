import { labels } from "../../api/settings/kubernetes-names.ts";
import type { Reflector } from "../../platform/kube/reflector.ts";
import type { Pod } from "../../platform/kube/resources.ts";

/** What the controller keeps in memory of a worker's pod. */
export interface PodRecord {
  name: string;
  uid: string;
  pool: string;
}

/** The pods of workers in the operator's namespace, kept up to date by a watch. */
export type PodCache = Reflector<Pod, PodRecord>;

const ended = ["Succeeded", "Failed"];

/** Undefined for a pod of no pool, and for one whose containers have all ended: nobody speaks for it any more. */
export function projectPod({ metadata, status }: Pod): PodRecord | undefined {
  const { name, uid, labels: own = {} } = metadata;
  const pool = own[labels.pool];
  if (name === undefined || uid === undefined || pool === undefined) return undefined;
  return ended.includes(status?.phase ?? "") ? undefined : { name, uid, pool };
}
