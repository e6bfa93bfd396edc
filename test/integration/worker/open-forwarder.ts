import { ReplicaMonitor } from "../../../src/worker/network/replica-monitor.ts";
import { Forwarder } from "../../../src/worker/network/forwarder.ts";
import { silentLog } from "../../support/silent-log.ts";

/** A forwarder with its own replica monitor. */
export async function openForwarder(egressURL: string): Promise<Forwarder> {
  return await Forwarder.open({ egressURL, replicaMonitor: new ReplicaMonitor(silentLog) });
}
