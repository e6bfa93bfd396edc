import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, test } from "node:test";
import type { CaptureRequest } from "../../../src/api/messages/capture-messages.ts";
import {
  largestDirectPictureBytes,
  parsePictureChunk,
} from "../../../src/api/messages/picture-messages.ts";
import { subjects } from "../../../src/api/messages/subjects.ts";
import {
  PictureAssembly,
  type ReceivedPicture,
} from "../../../src/gateway/take/picture-assembly.ts";
import { Publisher } from "../../../src/platform/nats/publisher.ts";
import {
  sendDirectPicture,
  type DirectPicture,
} from "../../../src/worker/capture/direct-picture.ts";
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

/** What a gateway with its own permissions hears of what a worker with its own sends, until the flush after it is through. */
async function heard(send: (worker: Parameters<typeof sendDirectPicture>[0]) => void) {
  await using gateway = await connectAs(server, "gateway", keepLog());
  await using worker = await connectAs(server, "worker-default", keepLog());
  const chunks: ReturnType<typeof parsePictureChunk>[] = [];
  const ear = new Publisher(gateway);
  const unsubscribe = ear.subscribeBytes(subjects.bytesOfGateway("gw1"), (message) => {
    assert.equal(message.subject, subjects.bytes("gw1", "abc"));
    chunks.push(parsePictureChunk(message.headers, message.bytes));
  });
  await ear.flush();
  send({ nats: worker, log: silentLog });
  await new Publisher(worker).flush();
  await ear.flush();
  unsubscribe();
  const assembly = new PictureAssembly();
  const pictures = chunks
    .map((chunk) => assembly.add(chunk))
    .filter((picture): picture is ReceivedPicture => picture !== undefined);
  return { chunks, pictures };
}

test("a picture goes to the gateway in chunks and is whole there, with what is known of its page", async () => {
  const metadata = { pageTitle: "Größe – 日本 😀", responseStatusCode: 200 };
  const bytes = randomBytes(1_300_000);
  const { chunks, pictures } = await heard((worker) =>
    sendDirectPicture(worker, request, pictureOf(bytes, { metadata })),
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
  const { pictures } = await heard((worker) =>
    sendDirectPicture(worker, request, { ...document, mediaType: "application/pdf" }),
  );

  assert.equal(pictures[0]?.mediaType, "application/pdf");
  assert.equal("widthPixels" in (pictures[0] ?? {}), false);
});

test("the largest direct picture arrives, a larger one is left to the store", async () => {
  const { pictures } = await heard((worker) => {
    sendDirectPicture(worker, request, pictureOf(Buffer.alloc(largestDirectPictureBytes)));
  });
  const more = await heard((worker) => {
    sendDirectPicture(worker, request, pictureOf(Buffer.alloc(largestDirectPictureBytes + 1)));
  });

  assert.equal(pictures[0]?.sizeBytes, largestDirectPictureBytes);
  assert.deepEqual(more.chunks, []);
});

test("nobody who waits, no picture; and without a connection nothing fails", async () => {
  const { reply: _, ...unawaited } = request;
  const none = await heard((worker) =>
    sendDirectPicture(worker, unawaited as CaptureRequest, pictureOf(Buffer.alloc(10))),
  );
  assert.deepEqual(none.chunks, []);

  const worker = await connectAs(server, "worker-default", keepLog());
  await worker.stop();
  sendDirectPicture({ nats: worker, log: silentLog }, request, pictureOf(Buffer.alloc(10)));
});
