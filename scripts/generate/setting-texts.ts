export interface SettingText {
  text: string;
  /** Where the default is not a fixed text, or is none. */
  default?: string;
}

/** What each setting is for. The generator refuses a setting without a sentence and a sentence without a setting. */
export const settingTexts: Readonly<Record<string, SettingText>> = {
  KUBERNETES_SERVICE_HOST: {
    text: "Set by the kubelet: the API server, which a worker that looks for forbidden addresses must not reach either.",
  },
  KUBERNETES_SERVICE_PORT: { text: "Set by the kubelet: its port." },
  KUBECONFIG: {
    text: "The kubeconfig to use.",
    default: "where kubectl looks, or the pod's service account",
  },
  PUPPETEER_CACHE_DIR: {
    text: "Where puppeteer keeps the browsers it has downloaded.",
    default: "~/.cache/puppeteer",
  },
  PUPPETEER_EXECUTABLE_PATH: { text: "A browser to use when STILLS_BROWSER_PATH is not set." },
  STILLS_ATTEMPT_KEY_FILE: {
    text: "Key that attempts are signed with; every replica has the same.",
  },
  STILLS_BROWSER_ENGINE: { text: "Headless shell, or the whole browser." },
  STILLS_BROWSER_PATH: { text: "The browser to use.", default: "the first one that is found" },
  STILLS_BROWSER_SANDBOX: { text: "Whether a browser without its sandbox is refused." },
  STILLS_DRAIN_TIMEOUT_SECONDS: {
    text: "How long captures may go on after the worker was asked to stop.",
  },
  STILLS_EGRESS_ALLOW_CIDRS: {
    text: "Ranges (`CIDR` or `CIDR:port`) that are allowed although they are not public.",
  },
  STILLS_EGRESS_CONNECT_TIMEOUT_SECONDS: {
    text: "How long looking up a name and connecting may take.",
  },
  STILLS_EGRESS_DENY_CIDRS: {
    text: "Ranges (`CIDR` or `CIDR:port`) that are refused although they are public.",
  },
  STILLS_EGRESS_DNS_SERVERS: { text: "Name servers to ask.", default: "those of the system" },
  STILLS_EGRESS_DRAIN_TIMEOUT_SECONDS: {
    text: "How long open connections may go on after the proxy has stopped taking new ones.",
  },
  STILLS_EGRESS_HOST: { text: "Address to listen on." },
  STILLS_EGRESS_IDLE_TIMEOUT_SECONDS: { text: "How long a connection may be silent." },
  STILLS_EGRESS_LEAVE_SECONDS: {
    text: "How long new connections are still taken after the proxy was asked to stop, while load balancers hear of it.",
  },
  STILLS_EGRESS_MAX_CONNECTIONS: { text: "Tunnels at a time, over all jobs." },
  STILLS_EGRESS_PORT: { text: "Port to listen on." },
  STILLS_EGRESS_URL: { text: "The egress proxy." },
  STILLS_FORBIDDEN_ADDRESSES: {
    text: "Addresses (`host:port`) that NetworkPolicies have to keep the worker from; in a pod the API server's is added.",
  },
  STILLS_GATEWAY_DRAIN_SECONDS: {
    text: "How long answers may take after the gateway has stopped taking new connections.",
  },
  STILLS_GATEWAY_HOST: { text: "Address to listen on." },
  STILLS_GATEWAY_LEAVE_SECONDS: {
    text: "How long new connections are still taken after the gateway was asked to stop, while load balancers hear of it.",
  },
  STILLS_GATEWAY_MAX_BODY_BYTES: { text: "The largest request body that is taken." },
  STILLS_GATEWAY_PORT: { text: "Port to listen on; 0 is any free one." },
  STILLS_GATEWAY_PUBLIC_URL: {
    text: "Where callers reach the gateways: for links in answers and webhooks.",
    default: "`http://localhost:8080`",
  },
  STILLS_GATEWAY_RECEIVE_TIMEOUT_SECONDS: {
    text: "How long a caller may take to send its request.",
  },
  STILLS_LINK_KEY_FILE: {
    text: "Key that links to pictures are signed with; every controller and gateway has the same.",
  },
  STILLS_LOCAL_DIR: { text: "Folder of the local composition." },
  STILLS_LOCAL_PORT: { text: "Port of the local composition's gateway; 0 is any free one." },
  STILLS_LOCAL_WORKERS: { text: "Worker processes of the local composition." },
  STILLS_LOG_LEVEL: { text: "The least important messages that are logged." },
  STILLS_MAX_LIVE_JOBS: {
    text: "How many jobs there may be, finished ones too; `/take` answers 503 to more. Above four fifths, finished ones go early.",
  },
  STILLS_METRICS_HOST: { text: "Address of metrics and probes." },
  STILLS_METRICS_PORT: { text: "Port of metrics and probes; 0 is any free one." },
  STILLS_NATS_CA_FILE: {
    text: "File (PEM) with the authorities that may have signed the certificate of the NATS server; read again at every connection attempt.",
    default: "those of the system",
  },
  STILLS_NATS_PASSWORD_FILE: { text: "File with the password of STILLS_NATS_USER." },
  STILLS_NATS_STREAM_REPLICAS: {
    text: "How many servers of a NATS cluster keep each stream; streams that are there are changed.",
  },
  STILLS_NATS_URL: { text: "The NATS server." },
  STILLS_NATS_USER: {
    text: "User on the NATS server.",
    default: "the role; of a worker `worker-<pool>`",
  },
  STILLS_OPERATOR_NAMESPACE: { text: "Where the lease, pools and accounts are." },
  STILLS_POOL: { text: "BrowserPool the worker belongs to." },
  STILLS_PROXY_KEY_FILE: {
    text: "Key of the tokens for the egress proxy; controller and egress have the same.",
  },
  STILLS_RECYCLE_AFTER_CAPTURES: { text: "After how many captures a browser is replaced." },
  STILLS_RECYCLE_AFTER_SECONDS: { text: "After how long a browser is replaced." },
  STILLS_SEALING_PRIVATE_KEY_FILE: {
    text: "File with the X25519 private key (PEM) that secrets of calls are opened with; during a rotation the new and the old one.",
  },
  STILLS_SEALING_PUBLIC_KEY_FILE: {
    text: "File with the public half (PEM) that secrets of calls are sealed to; without it such calls are refused.",
  },
  STILLS_REQUIRE_NETWORK_POLICY: {
    text: "Whether the worker takes no work while it can reach a forbidden address.",
  },
  STILLS_SETUP_FILE: {
    text: "File (YAML) that says which Secrets `stills setup secrets` makes; its fields are in `src/setup/config.ts`.",
  },
  STILLS_SLOTS: { text: "Captures at a time." },
  STILLS_STORAGE_ALLOW_HTTP: {
    text: "Whether buckets of users may be reached without TLS; for trials.",
  },
  STILLS_STORE_ACCESS_KEY_ID_FILE: { text: "File with the store's access key." },
  STILLS_STORE_BUCKET: { text: "Bucket of the operator." },
  STILLS_STORE_ENDPOINT: { text: "The S3 server; for egress, the one that uploads may reach." },
  STILLS_STORE_PUBLIC_ENDPOINT: {
    text: "The S3 server as users see it, in `status.location`.",
    default: "STILLS_STORE_ENDPOINT",
  },
  STILLS_STORE_REGION: { text: "Region of the store." },
  STILLS_STORE_SECRET_ACCESS_KEY_FILE: { text: "File with the store's secret key." },
  STILLS_WEBHOOK_ALLOW_HTTP: { text: "Whether webhooks may be sent without TLS; for trials." },
  STILLS_WEBHOOK_HORIZON_SECONDS: {
    text: "How long after the end of its job a webhook is tried.",
  },
  STILLS_WORKER_NAME: {
    text: "Name of the worker in messages and logs.",
    default: "the host's name",
  },
  STILLS_WORKER_POD_FILE: {
    text: "YAML file that says how the pods of BrowserPools look; without it the controller keeps no Deployments for them.",
  },
};
