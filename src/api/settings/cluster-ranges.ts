/** The key of the ConfigMap, and so the name of the file, by which controllers tell egress proxies the cluster's public ranges, one a line. */
export const clusterRangesKey = "ranges";
