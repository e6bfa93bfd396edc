/**
 * What values are for that values.yaml says nothing about: by path, or by the last name where it means the same everywhere.
 * The generator refuses a value without a sentence, and a sentence without a value.
 */
export const valueTexts: Readonly<Record<string, string>> = {
  nameOverride: "In place of the chart's name in labels and names.",
  fullnameOverride: "What the names of all objects begin with; default: the release's name.",
  imagePullSecrets: "Secrets to pull images with, such as `[{name: my-registry}]`.",
  commonLabels: "Labels for every object and pod.",
  repository: "Image, without its tag.",
  tag: "Its tag; empty: the chart's `appVersion`.",
  "nats.image.tag": "Its tag; the default is what Stills is tested with.",
  "demoStore.image.tag": "Its tag; the default is what Stills is tested with.",
  pullPolicy: "When nodes pull it.",
  resources: "Requests and limits of each pod.",
  podAnnotations: "Annotations of the pods.",
  podLabels: "Labels of the pods.",
  nodeSelector: "Labels of the nodes that pods may run on.",
  tolerations: "Node taints the pods tolerate.",
  affinity: "Affinity of the pods.",
  topologySpreadConstraints:
    "How pods are spread; default: over nodes and zones, as far as it goes.",
  priorityClassName: "Priority class of the pods.",
  "controller.topologySpreadConstraints":
    "How pods are spread; default: over nodes and zones, as far as it goes.",
  "controller.extraEnv":
    "More variables of the container, such as `[{name: TZ, value: UTC}]`; [src/README.md](../src/README.md#settings) lists what each role reads.",
  extraEnv:
    "More variables of the container, as in a pod; [src/README.md](../src/README.md#settings) lists what each role reads.",
  replicas: "How many pods.",
  enabled: "Whether it is there.",
  annotations: "Annotations of the object.",
  size: "Size of the volume; without one, of the folder on the node.",
  storageClassName: "Storage class; default: the cluster's.",
  "controller.webhookHorizonSeconds":
    "How long after its first try a webhook is retried; at most until a day after the end of its job.",
  "gateway.maxBodyBytes": "The largest request body that is accepted.",
  "gateway.drainSeconds":
    "How long answers may take after a pod has stopped taking new connections.",
  "gateway.leaveSeconds":
    "How long a pod that is to stop still takes new connections, while load balancers hear of it.",
  "gateway.service.type": "Type of the Service.",
  "gateway.service.port": "Port of the Service.",
  "gateway.ingress.className": "Ingress class; default: the cluster's.",
  "gateway.ingress.host": "Host name; required with `enabled`.",
  "gateway.ingress.tlsSecretName": "Secret with the certificate; with it, links begin with https.",
  "egress.webhookAllowHTTP": "Whether webhooks may be sent without TLS; for trials.",
  "egress.storageAllowHTTP": "Whether buckets of users may be reached without TLS; for trials.",
  "egress.maxConnections": "Tunnels at a time in one pod, over all jobs.",
  "egress.drainSeconds":
    "How long open connections may go on after a pod has stopped taking new ones.",
  "egress.leaveSeconds":
    "How long a pod that is to stop still takes new connections, while load balancers hear of it.",
  "egress.dnsServers": "Name servers to ask; default: the cluster's.",
  "worker.requireNetworkPolicy":
    "Whether a worker takes no work while it can reach the API server or a forbidden address.",
  "worker.forbiddenAddresses":
    "Addresses (`host:port`) that NetworkPolicies have to keep workers from.",
  "worker.allowDNS": "Whether worker pods may ask the cluster's DNS; they need it for nothing.",
  "worker.encoderMemoryMebibytes":
    "Limit of data memory for each process that scales and encodes a picture; 640 of it are its own.",
  "worker.scaleDownAfterSeconds": "How long fewer pods have to do before a pool shrinks.",
  pools:
    "BrowserPools: name → spec, whose fields are in [crds/README.md](../crds/README.md#browserpool). Each gets a NATS user and a password of its own.",
  "account.createNamespace":
    "Whether that namespace is made unless it is there; it stays when the release goes.",
  "account.limits":
    "Any of `requestsPerMinute`, `requestsPerMonth`, `concurrentJobs`, `maxPriority`.",
  "account.poolName": "Pool of its jobs, unless a call names another.",
  "account.requireSignature": "Whether only signed calls are taken.",
  "nats.enabled": "Whether the chart brings NATS; if not, `nats.external.url` says where it is.",
  "nats.replicas": "Servers; 3 or 5 are a cluster, of which three keep each stream.",
  "nats.tls.enabled": "Whether NATS speaks TLS, with a certificate that is made at installation.",
  "nats.external.url":
    "`nats://host:port` or `tls://host:port`. Its users and what they may do are in `charts/stills/files/nats-permissions.json`.",
  "nats.external.streamReplicas": "How many of its servers keep each stream.",
  "nats.tls.certificateLifetimeDays": "How long the certificate is valid.",
  "nats.persistence.enabled": "Whether NATS has a volume.",
  "store.endpoint":
    "URL of the store, such as `https://s3.eu-west-1.amazonaws.com`; empty: the demo store.",
  "store.region": "Region of the object store.",
  "store.bucket": "Bucket of the installation.",
  "store.secret.name": "The Secret.",
  "store.secret.accessKeyIDKey": "Key in it with the access key.",
  "store.secret.secretAccessKeyKey": "Key in it with the secret key.",
  "store.gatewaySecret.name": "The Secret.",
  "store.gatewaySecret.accessKeyIDKey": "Key in it with the access key.",
  "store.gatewaySecret.secretAccessKeyKey": "Key in it with the secret key.",
  "demoStore.persistence.enabled": "Whether it has a volume.",
  "networkPolicy.enabled": "Whether there is a NetworkPolicy for each role.",
  "demoStore.enabled": "Whether the demo store is used when `store.endpoint` is empty.",
  "seccomp.type":
    "For the container of Chromium. `Localhost`: the profile below. `Unconfined`, where it cannot be put on nodes. `RuntimeDefault` forbids the sandbox.",
  "seccomp.installer.kubeletDirectory": "The kubelet's folder on nodes.",
  "podDisruptionBudget.enabled":
    "Whether there is one for controller, gateway and egress, and for a cluster of NATS.",
  "autoscaling.gateway.enabled": "Whether it is scaled; `gateway.replicas` is not used then.",
  "autoscaling.egress.enabled": "Whether it is scaled; `egress.replicas` is not used then.",
  minReplicas: "The fewest pods.",
  maxReplicas: "The most pods.",
  targetCPU: "How much CPU a pod may use, on average, before there are more.",
  interval: "How often metrics are read.",
  scrapeTimeout: "How long reading them may take.",
  "flowSchema.enabled": "Whether Stills gets shares of its own.",
  "flowSchema.controllerShares":
    "Shares of the controller. In a new cluster all levels together have 245; more for one are less for all others.",
  "flowSchema.gatewayShares":
    "Shares of the gateway for creating jobs; it borrows none beyond them.",
  "monitoring.prometheusRule.failureRatioPercent":
    "How many jobs, of 100, may fail for reasons that lie with the installation.",
  "monitoring.prometheusRule.runbookURL":
    "Page with a section on each alert, for their `runbook_url`.",
  "monitoring.dashboard.labels": "What the sidecar selects ConfigMaps by.",
};
