import { inboxPrefix } from "../api/rights/nats-permissions.ts";
import { kubeCredentials } from "../platform/kube/kube-credentials.ts";
import { KubeTransport } from "../platform/kube/transport.ts";
import { createNats, type Nats } from "../platform/nats/connection.ts";
import { Publisher } from "../platform/nats/publisher.ts";
import { createObjectStore, type ObjectStore } from "../platform/objects/object-store.ts";
import type { Logger } from "../platform/process/logger.ts";
import type { GatewayConfig } from "./config.ts";

export interface Connections {
  transport: KubeTransport;
  nats: Nats;
  publisher: Publisher;
  objectStore: ObjectStore;
  /** For the pictures of webhooks: a slow receiver holds a connection, of which a client has fifty. */
  webhookStore: ObjectStore;
}

/** Clients of the API server, NATS and the object store; none connects before it is started or used. */
export function createConnections(
  { kubeconfigPath, nats: settings, store }: GatewayConfig,
  gatewayID: string,
  log: Logger,
): Connections {
  const nats = createNats({
    ...settings,
    name: `gateway ${gatewayID}`,
    inboxPrefix: inboxPrefix(settings.user, gatewayID),
    log,
  });
  return {
    transport: new KubeTransport(kubeCredentials(kubeconfigPath)),
    nats,
    publisher: new Publisher(nats),
    objectStore: createObjectStore(store),
    webhookStore: createObjectStore(store),
  };
}
