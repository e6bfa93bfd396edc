import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { after, suite, test } from "node:test";
import { assertColour, type DecodedPicture } from "../../support/picture.ts";
import { colours, css } from "../../support/site/colours.ts";
import { systemClock } from "../../../src/platform/process/clock.ts";
import type { CaptureSpec } from "../../../src/api/options/capture-spec.generated.ts";
import type { EncodeVideo } from "../../../src/worker/encoding/video-order.ts";
import { decodeVideo } from "../../support/video.ts";
import { assertScrolled, bandsPage, scrolledTo } from "./band-page.ts";
import { CaptureFixture, type CaptureOptions } from "./capture-fixture.ts";

/** Videos are decoded again, frame by frame: the moments that they show are exact, whatever the machine is doing. */

const fixture = await CaptureFixture.open();
after(() => fixture[Symbol.asyncDispose]());

const window = { widthPixels: 400, heightPixels: 300, deviceScalePercent: 100 };

/** A red bar whose left edge moves 100 pixels a second, on white; the lowest third is blue. */
const barPage = `<!doctype html><title>Bar</title><style>
  body { margin: 0; background: white; }
  #bar { position: absolute; top: 0; left: 0; width: 40px; height: 200px; background: ${css(colours.red)};
    animation: move 4s linear infinite; }
  @keyframes move { to { transform: translateX(400px); } }
  #floor { position: absolute; top: 200px; width: 400px; height: 100px; background: ${css(colours.blue)}; }
</style><div id="bar"></div><div id="floor"></div>`;

async function record(options: Exclude<CaptureOptions, string>) {
  const captured = await fixture.capture({ viewport: window, html: barPage, ...options });
  return { captured, video: await decodeVideo(captured.bytes) };
}

/** The left edge of the bar at this height. Videos have half as many pixels of colour in each direction. */
function leftEdge(frame: DecodedPicture, y = 100): number {
  for (let x = 0; x < frame.width; x += 1) {
    const [, green] = frame.colourAt(x, y);
    if (green < 150) return x;
  }
  return Number.NaN;
}

/** The bar is where it has to be in each frame. */
function assertBarMoves(
  { frames }: { frames: DecodedPicture[] },
  leftAt: (frame: number) => number,
): void {
  for (const [number, frame] of frames.entries()) {
    const [edge, expected] = [leftEdge(frame), leftAt(number)];
    assert.ok(Math.abs(edge - expected) <= 2, `frame ${number}: ${edge}, not ${expected}`);
  }
}

test("what scripts move is at its place in each frame, by timers, frames and clocks", async () => {
  const bars = ["frames", "timer", "date", "inner"].map(
    (id, index) =>
      `<i id="${id}" style="position: absolute; left: 0; top: ${index * 50}px; width: 40px; height: 40px; background: ${css(colours.red)}"></i>`,
  );
  const moved = (id: string, left: string): string =>
    `document.getElementById("${id}").style.left = ${left} + "px";`;
  const html = `<!doctype html><body style="margin: 0">${bars.join("")}<script>
    let first, ticks = 0;
    const began = Date.now(), innerBegan = performance.now();
    const move = (time) => { first ??= time; ${moved("frames", "(time - first) / 50")} ${moved("date", "(Date.now() - began) / 50")} requestAnimationFrame(move); };
    requestAnimationFrame(move);
    setInterval(() => { ticks += 1; ${moved("timer", "ticks")} }, 50);
    const later = () => setTimeout(async () => { await null; ${moved("inner", "(performance.now() - innerBegan) / 50")} later(); }, 0);
    later();
  </script>`;
  // Twenty pixels a second from the page's load, whenever that was.
  const { video } = await record({ html, format: "MP4", animation: { durationSeconds: 2 } });

  assert.equal(video.frames.length, 50);
  for (const y of [20, 70, 120, 170]) {
    const start = leftEdge(video.frames[0]!, y);
    assert.ok(start < 340, `the bar at ${y} is at ${start}`);
    for (const [number, frame] of video.frames.entries()) {
      const [edge, expected] = [leftEdge(frame, y), start + number * 0.8];
      assert.ok(
        Math.abs(edge - expected) <= 3,
        `frame ${number} at ${y}: ${edge}, not ${expected}`,
      );
    }
  }
});

test("frames that the page replaces meanwhile do not hold a recording up", async () => {
  const html = `<!doctype html><body><script>
    const replace = () => {
      document.querySelector("iframe")?.remove();
      const frame = document.createElement("iframe");
      frame.srcdoc = "<p>Advertisement</p>";
      document.body.append(frame);
    };
    replace();
    setInterval(replace, 300);
  </script>`;
  const { video } = await record({ html, format: "MP4", animation: { durationSeconds: 1 } });
  assert.equal(video.frames.length, 25);
});

suite("each format", () => {
  for (const [format, mediaType, codec] of [
    ["MP4", "video/mp4", "h264"],
    ["WebM", "video/webm", "vp9"],
    ["MOV", "video/quicktime", "h264"],
    ["AVI", "video/x-msvideo", "mpeg4"],
    ["GIF", "image/gif", "gif"],
  ] as const)
    test(`${format} has every frame, at its place, in the colours of the page`, async () => {
      const framesPerSecond = format === "GIF" ? 10 : 25;
      const { captured, video } = await record({ format, animation: { durationSeconds: 2 } });

      assert.equal(captured.mediaType, mediaType);
      assert.deepEqual([captured.widthPixels, captured.heightPixels], [400, 300]);
      assert.deepEqual([video.codec, video.width, video.height], [codec, 400, 300]);
      assert.equal(video.framesPerSecond, framesPerSecond);
      assert.equal(video.durationSeconds, 2);
      assert.equal(video.frames.length, 2 * framesPerSecond);
      assertBarMoves(video, (number) => (number * 100) / framesPerSecond);
      for (const [number, frame] of video.frames.entries()) {
        const edge = (number * 100) / framesPerSecond;
        assertColour(frame, { x: edge + 20, y: 100 }, colours.red, 14);
        assertColour(frame, { x: 200, y: 260 }, colours.blue, 14);
        assertColour(frame, { x: 390, y: 100 }, colours.white, 14);
      }
      assert.deepEqual(captured.warnings, []);
    });
});

suite("the frames", () => {
  test("have the rate and the size that are asked for, without distortion", async () => {
    const animation = { durationSeconds: 1, framesPerSecond: 12 };
    const box = { widthPixels: 640, heightPixels: 300 };
    const { captured, video } = await record({
      format: "MP4",
      animation: { ...animation, ...box },
    });

    assert.deepEqual([captured.widthPixels, captured.heightPixels], [640, 300]);
    assert.deepEqual([video.width, video.height, video.framesPerSecond], [640, 300, 12]);
    assert.equal(video.frames.length, 12);
    const [first] = video.frames;
    assert.ok(first !== undefined);
    // The window keeps its size in the middle, with white on both sides.
    assertColour(first, { x: 60, y: 260 }, colours.white, 14);
    assertColour(first, { x: 320, y: 260 }, colours.blue, 14);
    assertColour(first, { x: 580, y: 260 }, colours.white, 14);
    assertBarMoves(video, (number) => 120 + (number * 100) / 12);
  });

  test("of a dense screen have its pixels", async () => {
    const viewport = { ...window, deviceScalePercent: 200 };
    const animation = { durationSeconds: 1, framesPerSecond: 5 };
    const { captured, video } = await record({ format: "MP4", viewport, animation });

    assert.deepEqual([captured.widthPixels, captured.heightPixels], [800, 600]);
    assert.deepEqual([video.width, video.height], [800, 600]);
    assertBarMoves(video, (number) => number * 40);
  });

  test("of a window with odd edges are a video all the same", async () => {
    const viewport = { widthPixels: 401, heightPixels: 299, deviceScalePercent: 100 };
    const animation = { durationSeconds: 1, framesPerSecond: 5 };
    const { captured, video } = await record({ format: "MP4", viewport, animation });

    assert.deepEqual([captured.widthPixels, captured.heightPixels], [402, 300]);
    assert.deepEqual([video.width, video.height, video.frames.length], [402, 300, 5]);
    assertBarMoves(video, (number) => number * 20);
  });

  test("of a GIF may show a part of the window", async () => {
    const clip = { xPixels: 100, yPixels: 150, widthPixels: 200, heightPixels: 100 };
    const animation = { durationSeconds: 2 };
    const { captured, video } = await record({ format: "GIF", clip, animation });

    assert.deepEqual([captured.widthPixels, captured.heightPixels], [200, 100]);
    assert.deepEqual([video.width, video.height, video.frames.length], [200, 100, 20]);
    for (const [number, frame] of video.frames.entries()) {
      assertColour(frame, { x: 100, y: 75 }, colours.blue, 14);
      // The bar comes in from the left.
      if (number >= 12) assert.ok(Math.abs(leftEdge(frame, 20) - (number * 10 - 100)) <= 1);
    }
  });

  test("of a MOV may be transparent where the page paints nothing", async () => {
    const page = barPage.replace("background: white;", "");
    const animation = { durationSeconds: 1, framesPerSecond: 5 };
    const options = { html: page, format: "MOV", background: "Transparent", animation } as const;
    const { captured, video } = await record(options);
    const { frames: alpha } = await decodeVideo(captured.bytes, { alpha: true });

    assert.equal(video.codec, "prores");
    assert.equal(alpha.length, 5);
    for (const [number, frame] of alpha.entries()) {
      assertColour(frame, { x: number * 20 + 20, y: 100 }, [255, 255, 255], 4);
      assertColour(frame, { x: 200, y: 260 }, [255, 255, 255], 4);
      assertColour(frame, { x: 300, y: 100 }, [0, 0, 0], 4);
    }
    for (const [number, frame] of video.frames.entries())
      assertColour(frame, { x: number * 20 + 20, y: 100 }, colours.red, 14);
  });

  test("larger than an encoder can hold are refused before the page is opened", async () => {
    const viewport = { widthPixels: 3840, heightPixels: 2161, deviceScalePercent: 100 };
    await assert.rejects(
      fixture.capture({
        url: "/corners",
        viewport,
        format: "MP4",
        animation: { durationSeconds: 1 },
      }),
      { reason: "PictureTooLarge", message: /would be 3840 x 2161 pixels/ },
    );
    assert.ok(!fixture.site.visited.includes("/corners"));
  });
});

suite("a page that is scrolled", () => {
  const scroll: Partial<NonNullable<CaptureSpec["animation"]>> = {
    ...{ scenario: "Scroll", scrollEasing: "Linear", scrollDurationMilliseconds: 500 },
    ...{ scrollDelayMilliseconds: 200, scrollByPixels: 400, framesPerSecond: 10 },
  };

  test("goes down in steps and back, exactly, whatever its own scrolling does", async () => {
    const animation = { ...scroll, durationSeconds: 30 };
    // In MOV without loss of colours.
    const options = { html: bandsPage(1000), format: "MOV", background: "Transparent" } as const;
    const { video, captured } = await record({ ...options, animation });
    assertScrolled(video.frames, [
      ...[0, 80, 160, 240, 320, 400, 400],
      ...[400, 460, 520, 580, 640, 700, 700],
      ...[700, 560, 420, 280, 140, 0],
    ]);
    assert.equal(video.durationSeconds, 2);
    assert.deepEqual(captured.warnings, []);
  });

  test("follows its easing, and goes on for the whole time if asked to", async () => {
    const animation = {
      ...({
        ...scroll,
        durationSeconds: 1,
        scrollEasing: "EaseInQuad",
        scrollBack: false,
      } as const),
      scrollComplete: false,
    };
    const options = { html: bandsPage(700), format: "MOV", background: "Transparent" } as const;
    const { video } = await record({ ...options, animation });
    assertScrolled(video.frames, [0, 16, 64, 144, 256, 400, 400, 400, 400, 400]);
  });

  test("ends at the element that is named, and at its own end if there is none", async () => {
    const options = { html: bandsPage(1000), format: "MOV", background: "Transparent" } as const;
    const till = { ...scroll, durationSeconds: 10, scrollBack: false };
    const animation = {
      ...{ ...till, scrollTillSelector: "#band-3" },
      scrollTillSelectorAdjustTopPixels: -50,
    };
    const { video } = await record({ ...options, animation });
    assertScrolled(video.frames, [0, 50, 100, 150, 200, 250]);

    const missing = { ...till, scrollTillSelector: "#nowhere" };
    const { video: whole, captured } = await record({ ...options, animation: missing });
    assert.equal(scrolledTo(whole.frames.at(-1)!), 700);
    assert.match(captured.warnings.join(), /^Nothing visible matched animation.scrollTillSelector/);
    const invalid = { ...till, scrollTillSelector: "##" };
    await assert.rejects(record({ ...options, animation: invalid }), { reason: "SelectorInvalid" });
  });

  test("may scroll in an element of its own", async () => {
    const inner = `html, body { height: 100%; overflow: hidden; } main { height: 300px; overflow-y: auto; }`;
    const html = bandsPage(1000, { head: inner, body: "<main>" });
    const animation = { ...scroll, durationSeconds: 1, scrollBack: false };
    const { video } = await record({ html, format: "MOV", background: "Transparent", animation });
    assertScrolled(video.frames, [0, 80, 160, 240, 320, 400, 400, 400, 460, 520]);
  });
});

suite("a machine that is busy", () => {
  test("shows the same moments", async () => {
    const burners = Array.from({ length: 2 * availableParallelism() }, () =>
      spawn(process.execPath, ["--eval", "for (;;);"], { stdio: "ignore" }),
    );
    try {
      const { video } = await record({ format: "MP4", animation: { durationSeconds: 2 } });
      assert.equal(video.frames.length, 50);
      assertBarMoves(video, (number) => number * 4);
    } finally {
      for (const burner of burners) burner.kill("SIGKILL");
    }
  });

  test("repeats frames, and says so, where there is no time for all", async () => {
    // A machine on which each picture takes a third of a second.
    const slow: EncodeVideo = async (order, signal) => {
      const encoding = await fixture.videoEncoder.encode(order, signal);
      let last: Buffer | undefined;
      const write = async (frame: Buffer): Promise<void> => {
        if (frame !== last) await systemClock.sleep(300, signal);
        last = frame;
        await encoding.write(frame);
      };
      return { ...encoding, write };
    };
    const options = {
      viewport: window,
      html: barPage,
      format: "MP4",
      captureTimeoutSeconds: 20,
    } as const;
    const captured = await fixture.capture(
      { ...options, animation: { durationSeconds: 4 } },
      { encodeVideo: slow },
    );
    const video = await decodeVideo(captured.bytes);
    assert.deepEqual([video.frames.length, video.durationSeconds], [100, 4]);
    const edges = video.frames.map((frame) => leftEdge(frame));
    const repeats = edges.filter((edge, number) => edge === edges[number - 1]).length;
    // Those that are not repeated are where they have to be.
    const fresh = edges.filter((edge, number) => Math.abs(edge - number * 4) <= 2).length;
    assert.ok(repeats >= 20 && fresh >= 20, edges.join(" "));
    assert.match(captured.warnings.join(), /^\d+ of 100 frames repeat the one before, since there/);
  });
});
