import type { HTTPListener } from "../platform/http/http-app.ts";
import type { Nats } from "../platform/nats/connection.ts";
import type { HealthCheck } from "../platform/process/probes.ts";

/** Ready while NATS is connected and requests are accepted, which starts when the accounts have been read. */
export function gatewayHealth(nats: Nats, listener: HTTPListener): HealthCheck {
  return {
    name: "gateway",
    readyProblem: () => {
      if (nats.problem !== undefined) return nats.problem;
      return listener.isListening ? undefined : "the accounts have not been read yet";
    },
  };
}
