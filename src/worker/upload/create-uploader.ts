import type { Nats } from "../../platform/nats/connection.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { UploadTicketClient } from "./upload-ticket-client.ts";
import { Uploader } from "./uploader.ts";

interface CreateUploaderDependencies {
  nats: Nats;
  /** `http://host:port` of the egress proxy. */
  egressURL: string;
  clock: Clock;
  log: Logger;
}

/** Stores pictures: a ticket from the controller, then a request to the object store through the egress proxy. */
export function createUploader({
  nats,
  egressURL,
  clock,
  log,
}: CreateUploaderDependencies): Uploader {
  const tickets = new UploadTicketClient(nats);
  return new Uploader({ tickets, egressURL, clock, log });
}
