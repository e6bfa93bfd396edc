import type { BrowserPool } from "../../api/kinds/resource-types.ts";
import type { Reflector } from "../../platform/kube/reflector.ts";
import type { PoolRecord } from "./pool-record.ts";

/** The records of the pools in the operator's namespace, kept up to date by a watch. */
export type PoolCache = Reflector<BrowserPool, PoolRecord>;
