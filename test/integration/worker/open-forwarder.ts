import { EgressReplicas } from "../../../src/worker/egress-replicas.ts";
import { Forwarder } from "../../../src/worker/forwarder.ts";
import { silentLog } from "./launched-browser.ts";

/** A forwarder as of a worker that has no other page. */
export async function openForwarder(egressURL: string): Promise<Forwarder> {
  return await Forwarder.open({ egressURL, replicas: new EgressReplicas(silentLog) });
}
