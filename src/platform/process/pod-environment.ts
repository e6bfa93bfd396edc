/** Where the API server is, as the kubelet tells every container. */
export interface APIServerOfPod {
  /** A name or an address. */
  host: string;
  port: string;
}

/** The API server of the pod that this process runs in; undefined outside of a pod. */
export function apiServerOfPod(): APIServerOfPod | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  return host === undefined || port === undefined ? undefined : { host, port };
}
