import type { CaptureRequest } from "../../api/messages/capture-messages.ts";
import {
  largestDirectPictureBytes,
  pictureChunks,
  type PictureHead,
} from "../../api/messages/picture-messages.ts";
import { subjects } from "../../api/messages/subjects.ts";
import { Publisher } from "../../platform/nats/publisher.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { factsOf } from "./attempt.ts";
import type { Picture } from "./capture.ts";

/** A picture with the lower-case hexadecimal digest of its bytes. */
export type DirectPicture = Pick<
  Picture,
  "bytes" | "mediaType" | "widthPixels" | "heightPixels" | "metadata"
> & { sha256: string };

/**
 * Sends a picture to the gateway that waits for it, before it is stored. A short cut and no more: what does not arrive the gateway
 * reads from the store, so this neither waits for anything nor fails.
 */
export function sendDirectPicture(
  { nats, log }: { nats: Nats; log: Logger },
  request: CaptureRequest,
  picture: DirectPicture,
): void {
  const { reply } = request;
  if (reply === undefined || picture.bytes.length > largestDirectPictureBytes) return;
  // What is sent without a connection is sent late, to nobody.
  if (!nats.isConnected) return;
  try {
    const publisher = new Publisher(nats);
    const subject = subjects.bytes(reply.gateway, reply.token);
    for (const { headers, bytes } of pictureChunks(headOf(request, picture), picture.bytes))
      publisher.sendBytes(subject, bytes, headers);
  } catch (thrown) {
    log.warn({ ...factsOf(request), err: thrown }, "Could not send picture to gateway");
  }
}

function headOf({ job }: CaptureRequest, picture: DirectPicture): PictureHead {
  const { bytes, mediaType, sha256, widthPixels, heightPixels, metadata } = picture;
  return {
    uid: job.uid,
    mediaType,
    sizeBytes: bytes.length,
    sha256,
    ...(widthPixels === undefined ? {} : { widthPixels }),
    ...(heightPixels === undefined ? {} : { heightPixels }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}
