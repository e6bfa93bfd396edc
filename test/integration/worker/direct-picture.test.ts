import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, test } from "node:test";
import type { CaptureRequest } from "../../../src/api/messages/capture-request.ts";
import {
  largestDirectPictureBytes,
  parsePictureChunk,
} from "../../../src/api/messages/picture-messages.ts";
import { subjects } from "../../../src/api/messages/subjects.ts";
import {
  PictureReassembler,
  type ReceivedPicture,
} from "../../../src/gateway/take/picture-reassembler.ts";
import { Publisher } from "../../../src/platform/nats/publisher.ts";
import {
  DirectPictureSender,
  type DirectPicture,
} from "../../../src/worker/capture/direct-picture-sender.ts";
import { connectAs, keepLog, TestServer } from "../nats/nats-fixture.ts";
import { silentLog } from "../../support/silent-log.ts";

const server = await TestServer.start({ pools: ["default"] });
after(() => server[Symbol.asyncDispose]());

const request = {
  job: { namespace: "marketing", name: "pricing", uid: "u-1" },
  attempt: 1,
  attemptToken: "t",
  reply: { gateway: "gw1", token: "abc" },
} as unknown as CaptureRequest;

function pictureOf(bytes: Buffer, rest: Partial<DirectPicture> = {}): DirectPicture {
  return {
    bytes,
    mediaType: "image/png",
    widthPixels: 3,
    heightPixels: 2,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    ...rest,
  };
}

/** What a gateway receives of what a worker sends, each with its own permissions. */
async function received(send: (sender: DirectPictureSender) => void) {
  await using gateway = await connectAs(server, "gateway", keepLog());
  await using worker = await connectAs(server, "worker-default", keepLog());
  const chunks: ReturnType<typeof parsePictureChunk>[] = [];
  const subscriber = new Publisher(gateway);
  const unsubscribe = subscriber.subscribeBytes(subjects.bytesOfGateway("gw1"), (message) => {
    assert.equal(message.subject, subjects.bytes("gw1", "abc"));
    chunks.push(parsePictureChunk(message.headers, message.bytes));
  });
  await subscriber.flush();
  send(new DirectPictureSender({ nats: worker, log: silentLog }));
  await new Publisher(worker).flush();
  await subscriber.flush();
  unsubscribe();
  const assembly = new PictureReassembler();
  const pictures = chunks
    .map((chunk) => assembly.add(chunk))
    .filter((picture): picture is ReceivedPicture => picture !== undefined);
  return { chunks, pictures };
}

test("a picture reaches the gateway in chunks, complete and with its metadata", async () => {
  const metadata = { pageTitle: "Größe – 日本 😀", responseStatusCode: 200 };
  const bytes = randomBytes(1_300_000);
  const { chunks, pictures } = await received((sender) =>
    sender.send(request, pictureOf(bytes, { metadata })),
  );

  assert.equal(chunks.length, 3);
  assert.equal(pictures.length, 1);
  const [picture] = pictures;
  assert.ok(picture?.bytes.equals(bytes));
  assert.deepEqual([picture?.uid, picture?.widthPixels, picture?.heightPixels], ["u-1", 3, 2]);
  assert.deepEqual(picture?.metadata, metadata);
});

test("a document has no size in pixels", async () => {
  const { widthPixels: _, heightPixels: __, ...document } = pictureOf(Buffer.from("%PDF"));
  const { pictures } = await received((sender) =>
    sender.send(request, { ...document, mediaType: "application/pdf" }),
  );

  assert.equal(pictures[0]?.mediaType, "application/pdf");
  assert.equal("widthPixels" in (pictures[0] ?? {}), false);
});

test("the largest direct picture is sent, a larger one is not", async () => {
  const { pictures } = await received((sender) => {
    sender.send(request, pictureOf(Buffer.alloc(largestDirectPictureBytes)));
  });
  const more = await received((sender) => {
    sender.send(request, pictureOf(Buffer.alloc(largestDirectPictureBytes + 1)));
  });

  assert.equal(pictures[0]?.sizeBytes, largestDirectPictureBytes);
  assert.deepEqual(more.chunks, []);
});

test("without a waiting gateway no picture is sent; without a connection nothing fails", async () => {
  const { reply: _, ...unawaited } = request;
  const none = await received((sender) =>
    sender.send(unawaited as CaptureRequest, pictureOf(Buffer.alloc(10))),
  );
  assert.deepEqual(none.chunks, []);

  const worker = await connectAs(server, "worker-default", keepLog());
  await worker.stop();
  const sender = new DirectPictureSender({ nats: worker, log: silentLog });
  sender.send(request, pictureOf(Buffer.alloc(10)));
});
