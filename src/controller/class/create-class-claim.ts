import type { EventRecorder } from "../../platform/kube/event-recorder.ts";
import { namespaces, screenshotClasses } from "../../platform/kube/resources.ts";
import type { KubeTransport } from "../../platform/kube/transport.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { ControllerConfig } from "../config.ts";
import type { ControllerMetrics } from "../metrics.ts";
import { ClassClaim } from "./class-claim.ts";
import { ClassRecord } from "./class-record.ts";

/** The claim of this installation on the class that its settings name. */
export function createClassClaim(dependencies: {
  config: Pick<ControllerConfig, "className" | "operatorNamespace">;
  platform: { transport: KubeTransport; events: EventRecorder };
  metrics: ControllerMetrics;
  clock: Clock;
  log: Logger;
}): ClassClaim {
  const { config, platform, metrics, clock, log } = dependencies;
  const { className, operatorNamespace } = config;
  const { transport, events } = platform;
  const record = new ClassRecord({
    classes: screenshotClasses(transport),
    namespaces: namespaces(transport),
    className,
    operatorNamespace,
  });
  return new ClassClaim({ record, className, events, metrics, clock, log });
}
