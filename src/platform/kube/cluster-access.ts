/** Address of the API server and credentials, as of one moment. */
export interface ClusterAccess {
  /** With the path prefix that some providers have. */
  server: string;
  /** Authorization and impersonation. */
  headers: Record<string, string>;
  tls: ClusterTLS;
  /** HTTP proxy on the way to the API server. */
  proxyURL?: string;
}

export interface ClusterTLS {
  ca?: string;
  cert?: string;
  key?: string;
  servername?: string;
  rejectUnauthorized?: boolean;
}

export interface KubeCredentials {
  /**
   * Reads certificates and tokens from their source. With `force`, after a 401, nothing cached is used. @throws an Error that names
   * the source
   */
  load(force: boolean): Promise<ClusterAccess>;
}
