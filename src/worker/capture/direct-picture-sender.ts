import type { CaptureRequest } from "../../api/messages/capture-request.ts";
import { largestDirectPictureBytes, pictureChunks } from "../../api/messages/picture-messages.ts";
import type { PictureHead } from "../../api/messages/picture-messages.ts";
import { boundedWarnings } from "../../core/take/warnings.ts";
import { subjects } from "../../api/messages/subjects.ts";
import type { Nats } from "../../platform/nats/connection.ts";
import { Publisher } from "../../platform/nats/publisher.ts";
import type { Logger } from "../../platform/process/logger.ts";
import { attemptLogFields } from "../attempt-identity.ts";
import type { Picture } from "./capture-output.ts";

/** A picture with the SHA-256 of its bytes in lower-case hexadecimal. */
export type DirectPicture = Pick<
  Picture,
  "bytes" | "mediaType" | "widthPixels" | "heightPixels" | "metadata"
> & { sha256: string; warnings?: readonly string[] };

/**
 * Sends pictures to the gateways that wait for them, before they are stored. This only saves time: a gateway reads a picture
 * that does not arrive from the object store, so sending neither waits nor fails.
 */
export class DirectPictureSender {
  readonly #nats: Nats;
  readonly #log: Logger;
  readonly #publisher: Publisher;

  constructor({ nats, log }: { nats: Nats; log: Logger }) {
    this.#nats = nats;
    this.#log = log;
    this.#publisher = new Publisher(nats);
  }

  send(request: CaptureRequest, picture: DirectPicture): void {
    const { reply } = request;
    if (reply === undefined || picture.bytes.length > largestDirectPictureBytes) return;
    // Core NATS would buffer the picture while it is disconnected, and send it too late.
    if (!this.#nats.isConnected) return;
    try {
      const subject = subjects.bytes(reply.gateway, reply.token);
      const head = headOf(request, picture);
      for (const { headers, bytes } of pictureChunks(head, picture.bytes))
        this.#publisher.sendBytes(subject, bytes, headers);
    } catch (thrown) {
      this.#log.warn(
        { ...attemptLogFields(request), err: thrown },
        "Could not send picture to gateway",
      );
    }
  }
}

function headOf({ job }: CaptureRequest, picture: DirectPicture): PictureHead {
  const { bytes, mediaType, sha256, widthPixels, heightPixels, metadata } = picture;
  const warnings = boundedWarnings(picture.warnings);
  return {
    uid: job.uid,
    mediaType,
    sizeBytes: bytes.length,
    sha256,
    ...(widthPixels === undefined ? {} : { widthPixels }),
    ...(heightPixels === undefined ? {} : { heightPixels }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}
