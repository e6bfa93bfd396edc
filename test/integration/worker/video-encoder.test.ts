import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import sharp from "sharp";
import { FfmpegProcess } from "../../../src/worker/encoding/ffmpeg-process.ts";
import { VideoEncoder } from "../../../src/worker/encoding/video-encoder.ts";
import type { VideoOrder } from "../../../src/worker/encoding/video-order.ts";
import { eventually } from "../../support/eventually.ts";
import { silentLog } from "../../support/silent-log.ts";
import { decodeVideo, ffmpegPath } from "../../support/video.ts";
import { startWorld } from "./world.ts";

/** Animations are encoded in processes that may die: by their limits, with a deadline, or from outside. */

const patiently = new AbortController().signal;
const memoryMebibytes = 1_100;
const order: VideoOrder = {
  ...{ format: "MP4", framesPerSecond: 25, widthPixels: 320, heightPixels: 240 },
  ...{ frames: "JPEG", isTransparent: false },
};

let noise: Buffer[];
let largeNoise: Buffer[];

/** Two pictures that have nothing in common. */
async function noiseOf(width: number, height: number): Promise<Buffer[]> {
  const gaussian = { type: "gaussian", mean: 128, sigma: 60 } as const;
  const create = { width, height, channels: 3, background: "#000", noise: gaussian } as const;
  const picture = () => sharp({ create }).jpeg({ quality: 95 }).toBuffer();
  return [await picture(), await picture()];
}

before(async () => {
  noise = await noiseOf(320, 240);
  largeNoise = await noiseOf(3840, 2160);
});

function startEncoder(limits: { memoryMebibytes?: number; fileMebibytes?: number } = {}) {
  const encoder = new VideoEncoder({
    ...{ ffmpeg: ffmpegPath(), memoryMebibytes, log: silentLog },
    ...limits,
  });
  return Object.assign(encoder, { [Symbol.asyncDispose]: () => encoder.stop() });
}

async function encode(
  encoder: VideoEncoder,
  {
    from = noise,
    frames = 5,
    ...change
  }: Partial<Omit<VideoOrder, "frames">> & {
    /** Pictures that take turns. */
    from?: Buffer[];
    frames?: number;
  } = {},
): Promise<Buffer> {
  await using encoding = await encoder.encode({ ...order, ...change }, patiently);
  for (let written = 0; written < frames; written += 1)
    await encoding.write(from[written % from.length]!);
  return await encoding.finish();
}

suite("a video encoder", () => {
  /** The temporary folder of these encoders. */
  let folder: string;
  const { TMPDIR: usual } = process.env;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "stills-test-encoder-"));
    process.env["TMPDIR"] = folder;
  });
  after(async () => {
    if (usual === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = usual;
    await rm(folder, { recursive: true, force: true });
  });

  test("makes one file of the frames that it gets, and leaves nothing behind", async () => {
    await using encoder = startEncoder();
    const video = await decodeVideo(await encode(encoder, { frames: 7 }));
    assert.deepEqual([video.width, video.height, video.frames.length], [320, 240, 7]);
    assert.deepEqual(await readdir(folder), []);
  });

  test("that would need too much memory says so, and the next one goes on", async () => {
    await using encoder = startEncoder({ memoryMebibytes: 120 });
    const large = { widthPixels: 3840, heightPixels: 2160, from: largeNoise, frames: 60 };
    await assert.rejects(encode(encoder, large), {
      reason: "PictureTooLarge",
      message: /^Encoding the animation as MP4 needs more memory .* \(120 MiB\); choose a smaller/,
    });
    assert.equal((await decodeVideo(await encode(encoder))).frames.length, 5);
  });

  test("whose file would be too large says so, and the next one goes on", async () => {
    await using encoder = startEncoder({ fileMebibytes: 1 });
    const large = { widthPixels: 1280, heightPixels: 720, from: largeNoise, frames: 20 };
    await assert.rejects(encode(encoder, large), {
      reason: "PictureTooLarge",
      message: /^The animation would have more than 1 MiB as MP4; choose a smaller window/,
    });
    assert.equal((await decodeVideo(await encode(encoder))).frames.length, 5);
  });

  test("ends with its deadline, and takes no frame any more", async () => {
    await using encoder = startEncoder();
    const deadline = new AbortController();
    await using encoding = await encoder.encode(order, deadline.signal);
    await encoding.write(noise[0]!);
    const timeIsOver = new Error("The time is over");
    deadline.abort(timeIsOver);
    await assert.rejects(encoding.finish(), timeIsOver);
    await assert.rejects(encoding.write(noise[0]!), timeIsOver);
    await assert.rejects(encoder.encode(order, deadline.signal), timeIsOver);
  });

  test("that gets no pictures fails", async () => {
    await using encoder = startEncoder();
    await assert.rejects(encode(encoder, { from: [Buffer.from("no picture")] }), {
      reason: "EncoderFailed",
      message: "The process that encodes the animation ended, or did not start",
    });
  });

  test("without an ffmpeg refuses, and says what to install", async () => {
    const encoder = new VideoEncoder({ ffmpeg: undefined, memoryMebibytes, log: silentLog });
    await assert.rejects(encoder.encode(order, patiently), {
      reason: "VideoEncoderMissing",
      message:
        "Animations need ffmpeg, which this worker does not have: install it (apt-get install ffmpeg), or set STILLS_FFMPEG_PATH to the path of one",
    });
  });
});

suite("a process of ffmpeg", () => {
  const limits = { memoryMebibytes, fileMebibytes: 16 };

  test("that is killed from outside is a failure of Stills, not of the animation", async () => {
    const ffmpeg = await FfmpegProcess.start(order, { path: ffmpegPath(), ...limits });
    assert.equal(await ffmpeg.write(noise[0]!), true);
    process.kill(ffmpeg.pid ?? 0, "SIGKILL");
    const end = await ffmpeg.finish();
    assert.equal(end.kind, "Failed");
    assert.match("cause" in end ? end.cause : "", /^ffmpeg ended \(SIGKILL\)/);
    assert.equal(await ffmpeg.write(noise[0]!), false);
    await ffmpeg.close();
  });

  test("is gone when it is closed, in the middle of its work", async () => {
    const ffmpeg = await FfmpegProcess.start(order, { path: ffmpegPath(), ...limits });
    await ffmpeg.write(noise[0]!);
    await ffmpeg.close();
    assert.throws(() => process.kill(ffmpeg.pid ?? 0, 0), { code: "ESRCH" });
  });

  test("that does not start says why", async () => {
    const ffmpeg = await FfmpegProcess.start(order, { path: "/nonexistent/ffmpeg", ...limits });
    const end = await ffmpeg.finish();
    assert.equal(end.kind, "Failed");
    assert.match("cause" in end ? end.cause : "", /nonexistent/);
    await ffmpeg.close();
  });
});

suite("a worker", () => {
  let world: Awaited<ReturnType<typeof startWorld>>;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.[Symbol.asyncDispose]());

  const viewport = { widthPixels: 320, heightPixels: 240, deviceScalePercent: 100 };

  test("ends a recording by its deadline, and captures others meanwhile and afterwards", async () => {
    const { controller, site } = world;
    const worker = await world.startWorker();
    const url = `${site.url}/`;
    const limits = { captureTimeoutSeconds: 3, navigationTimeoutSeconds: 3 };
    const long = {
      viewport,
      format: "MP4",
      animation: { durationSeconds: 30, framesPerSecond: 30 },
    } as const;
    const bomb = await controller.request({ url, ...long, ...limits });
    const other = await controller.request({ url });
    assert.equal((await controller.result(other)).outcome.kind, "Captured");
    const { outcome } = await controller.result(bomb);
    assert.ok(outcome.kind === "Failed");
    assert.equal(outcome.reason, "CaptureTimedOut");
    assert.match(outcome.message, /was recording the animation when the time was over/);
    await eventually("its ffmpeg has ended", () => worker.videoEncoders === 0);
    const next = { viewport, format: "GIF", animation: { durationSeconds: 1 } } as const;
    const request = await controller.request({ url, ...next });
    assert.equal((await controller.result(request)).outcome.kind, "Captured");
    worker.signal("SIGTERM");
    assert.equal(await worker.exited, 0);
  });

  test("without ffmpeg says so, and takes pictures", async () => {
    const { controller, site } = world;
    await world.startWorker({ PATH: "/nonexistent", HOME: "/nonexistent" });
    const url = `${site.url}/`;
    const video = await controller.request({
      url,
      format: "MP4",
      animation: { durationSeconds: 1 },
    });
    const { outcome } = await controller.result(video);
    assert.equal(outcome.kind === "Failed" && outcome.reason, "VideoEncoderMissing");
    const picture = await controller.request({ url });
    assert.equal((await controller.result(picture)).outcome.kind, "Captured");
  });
});
