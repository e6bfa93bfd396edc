/** Whether a pool exists and accepts the jobs of a namespace. */
export type PoolAdmission = "Usable" | "Missing" | "NamespaceNotAllowed";
