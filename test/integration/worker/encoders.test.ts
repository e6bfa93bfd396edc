import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import sharp from "sharp";
import { unavailableFormats } from "../../../src/api/options/formats.ts";
import { defaultEncoderMemoryMebibytes } from "../../../src/api/settings/encoder-memory.ts";
import { EncoderPool } from "../../../src/worker/encoding/encoder-pool.ts";
import { EncoderProcess } from "../../../src/worker/encoding/encoder-process.ts";
import type { ScaleOrder } from "../../../src/worker/encoding/scale-order.ts";
import { eventually } from "../../support/eventually.ts";
import { decodePicture } from "../../support/picture.ts";
import { silentLog } from "../../support/silent-log.ts";
import { startWorld } from "./world.ts";

/** Pictures are scaled and encoded in processes that may die: by their memory limit, with a deadline, or from outside. */

const small: ScaleOrder = { widthPixels: 64, format: "PNG", quality: 80 };
/** 60 megapixels: seconds of work as JPEG, half a minute as WebP. */
const huge = { widthPixels: 8_660, heightPixels: 6_928, quality: 80 };
const patiently = new AbortController().signal;
/** MiB, of which Node.js leaves a quarter: not for a WebP of that size, which is held as a whole, unlike a JPEG. */
const tight = 800;
/** MiB: no picture meets this limit before its deadline. */
const ample = 16_000;

const viewport = { widthPixels: 1280, heightPixels: 1024, deviceScalePercent: 100 };
const noisePage = `<body style="margin: 0"><canvas width="1280" height="1024"></canvas><script>
const context = document.querySelector("canvas").getContext("2d");
const pixels = context.createImageData(1280, 1024);
for (let at = 0; at < pixels.data.length; at += 65536)
  crypto.getRandomValues(pixels.data.subarray(at, at + 65536));
context.putImageData(pixels, 0, 0);
</script>`;

let window: Buffer;

before(async () => {
  const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
  const create = { width: 1280, height: 1024, channels: 3, background: "#000", noise } as const;
  window = await sharp({ create }).png().toBuffer();
});

suite("a pool of encoders", () => {
  test("scales pictures of any format, and leaves no process behind", async () => {
    await using pool = startPool();
    for (const [format, expected] of [
      ["PNG", "png"],
      ["JPEG", "jpeg"],
      ["WebP", "webp"],
      ["GIF", "gif"],
      ["TIFF", "tiff"],
      ["AVIF", "heif"],
    ] as const) {
      const order = { widthPixels: 640, heightPixels: 640, format, quality: 80 };
      const picture = await decodePicture(await pool.scale(window, order, patiently));
      assert.deepEqual([picture.format, picture.width, picture.height], [expected, 640, 512]);
    }
  });

  test("formats that are refused for want of an encoder have none", async () => {
    const create = { width: 8, height: 8, channels: 3, background: "red" } as const;
    const heif = sharp({ create }).heif({ compression: "hevc" });
    assert.deepEqual(Object.keys(unavailableFormats), ["jp2", "heif"]);
    assert.throws(() => sharp({ create }).jp2(), /requires libvips with support for/);
    await assert.rejects(heif.toBuffer(), /Unsupported compression/);
  });

  test("a picture without a box keeps its size", async () => {
    await using pool = startPool();
    const order = { format: "GIF", quality: 80 } as const;
    const picture = await decodePicture(await pool.scale(window, order, patiently));
    assert.deepEqual([picture.format, picture.width, picture.height], ["gif", 1280, 1024]);
  });

  test("a picture above the memory limit is told as too large, and others go on", async () => {
    await using pool = startPool(tight);
    const order: ScaleOrder = { ...huge, format: "WebP" };
    const [refused, other] = await Promise.allSettled([
      pool.scale(window, order, patiently),
      pool.scale(window, small, patiently),
    ]);
    assert.equal(other.status, "fulfilled");
    assert.ok(refused.status === "rejected");
    const { reason, message } = refused.reason as { reason: string; message: string };
    assert.equal(reason, "PictureTooLarge");
    assert.match(
      message,
      /^Scaling and encoding the picture as WebP needs more memory .*\(800 MiB\)/,
    );
    assert.equal((await decodePicture(await pool.scale(window, small, patiently))).width, 64);
  });

  test("a deadline ends an encoding in the middle, and others go on", async () => {
    await using pool = startPool(ample);
    const deadline = new AbortController();
    const encoding = pool.scale(window, { ...huge, format: "WebP" }, deadline.signal);
    assert.equal((await decodePicture(await pool.scale(window, small, patiently))).width, 64);
    const timeIsOver = new Error("The time is over");
    deadline.abort(timeIsOver);
    await assert.rejects(encoding, timeIsOver);
    assert.equal((await decodePicture(await pool.scale(window, small, patiently))).width, 64);
  });

  test("what is no picture fails, and the next picture does not", async () => {
    await using pool = startPool();
    const failed = { reason: "EncoderFailed", message: /^The process that scales/ };
    await assert.rejects(pool.scale(Buffer.from("no picture"), small, patiently), failed);
    assert.equal((await decodePicture(await pool.scale(window, small, patiently))).width, 64);
  });

  function startPool(memoryMebibytes = defaultEncoderMemoryMebibytes) {
    const pool = new EncoderPool({ memoryMebibytes, log: silentLog });
    return Object.assign(pool, { [Symbol.asyncDispose]: () => pool.stop() });
  }
});

suite("an encoder process", () => {
  test("ends with its deadline, at once", async () => {
    const encoder = new EncoderProcess({ memoryMebibytes: defaultEncoderMemoryMebibytes });
    const deadline = new AbortController();
    const encoding = encoder.scale(window, { ...huge, format: "WebP" }, deadline.signal);
    await eventually("it works", () => encoder.orders === 1);
    deadline.abort(new Error("The time is over"));
    await assert.rejects(encoding, /The time is over/);
    assert.equal(encoder.isUsable, false);
    await encoder.kill();
    assert.throws(() => process.kill(encoder.pid ?? 0, 0), { code: "ESRCH" });
  });

  test("that is killed from outside is a failure of Stills, not of the picture", async () => {
    const encoder = new EncoderProcess({ memoryMebibytes: defaultEncoderMemoryMebibytes });
    assert.equal((await encoder.scale(window, small, patiently)).kind, "Picture");
    const encoding = encoder.scale(window, { ...huge, format: "WebP" }, patiently);
    process.kill(encoder.pid ?? 0, "SIGKILL");
    const answer = await encoding;
    assert.equal(answer.kind, "Failed");
    assert.match("cause" in answer ? answer.cause : "", /SIGKILL/);
  });

  test("that cannot start says why", async () => {
    const encoder = new EncoderProcess({ memoryMebibytes: 300 });
    const answer = await encoder.scale(window, small, patiently);
    assert.equal(answer.kind, "Failed");
    assert.match("cause" in answer ? answer.cause : "", /^The encoder ended \(.+\): /);
    assert.equal(encoder.isUsable, false);
  });
});

suite("a worker", () => {
  let world: Awaited<ReturnType<typeof startWorld>>;
  before(async () => {
    world = await startWorld({ pages: { "/noise": noisePage } });
  });
  after(() => world?.[Symbol.asyncDispose]());

  test("ends a capture by its deadline while the picture is encoded, and captures others meanwhile", async () => {
    const { controller, site } = world;
    const worker = await world.startWorker({ STILLS_ENCODER_MEMORY_MEBIBYTES: String(ample) });
    const bomb = await controller.request({
      url: `${site.url}/noise`,
      ...{ viewport, format: "WebP", captureTimeoutSeconds: 12, navigationTimeoutSeconds: 10 },
      resize: { widthPixels: 8_660 },
    });
    await eventually("an encoder works", () => worker.encoders > 0);
    const other = await controller.request({ url: `${site.url}/`, resize: { widthPixels: 64 } });
    assert.equal((await controller.result(other)).outcome.kind, "Captured");
    const { outcome } = await controller.result(bomb);
    assert.ok(outcome.kind === "Failed");
    assert.equal(outcome.reason, "CaptureTimedOut");
    assert.match(outcome.message, /was scaling and encoding the picture when the time was over/);
    await eventually("its encoder has ended", () => worker.encoders <= 1);
    worker.signal("SIGTERM");
    assert.equal(await worker.exited, 0);
    assert.equal(worker.encoders, 0);
  });

  test("survives an encoder without memory", async () => {
    const { controller, site } = world;
    await world.startWorker({ STILLS_ENCODER_MEMORY_MEBIBYTES: String(tight) });
    const bomb = await controller.request({
      url: `${site.url}/noise`,
      ...{ viewport, format: "WebP", resize: { widthPixels: 8_660 } },
    });
    const { outcome } = await controller.result(bomb);
    assert.equal(outcome.kind === "Failed" && outcome.reason, "PictureTooLarge");
    const next = await controller.request({ url: `${site.url}/`, resize: { widthPixels: 64 } });
    assert.equal((await controller.result(next)).outcome.kind, "Captured");
  });
});
