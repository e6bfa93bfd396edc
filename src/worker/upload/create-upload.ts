import type { Nats } from "../../platform/nats/connection.ts";
import type { Clock } from "../../platform/process/clock.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { WorkerMetrics } from "../metrics.ts";
import { CopyUploader } from "./copy-uploader.ts";
import { StoredCopier } from "./stored-copier.ts";
import { UploadBuffer } from "./upload-buffer.ts";
import { UploadTicketClient } from "./upload-ticket-client.ts";
import { Uploader } from "./uploader.ts";

interface CreateUploadDependencies {
  nats: Nats;
  /** `http://host:port` of the egress proxy. */
  egressURL: string;
  slots: number;
  /** Of pictures that wait to be stored. */
  bufferMebibytes: number;
  metrics: WorkerMetrics;
  clock: Clock;
  log: Logger;
}

/** Bounds the pictures that wait to be stored, beside their bytes. */
const picturesPerSlot = 16;

/** Stores pictures: a ticket from the controller, then a request to the object store through the egress proxy. */
export function createUpload(dependencies: CreateUploadDependencies): {
  uploader: Uploader;
  uploadBuffer: UploadBuffer;
  copyUploader: CopyUploader;
  storedCopier: StoredCopier;
} {
  const { nats, egressURL, slots, bufferMebibytes, metrics, clock, log } = dependencies;
  const tickets = new UploadTicketClient(nats);
  const uploadBuffer = new UploadBuffer({
    bytes: bufferMebibytes * 1024 * 1024,
    pictures: picturesPerSlot * slots,
  });
  metrics.observeUploads(uploadBuffer);
  const copyUploader = new CopyUploader({ nats, egressURL, clock, log });
  return {
    uploader: new Uploader({ tickets, egressURL, clock, log }),
    uploadBuffer,
    copyUploader,
    storedCopier: new StoredCopier({ copyUploader, uploadBuffer, egressURL, clock, log }),
  };
}
