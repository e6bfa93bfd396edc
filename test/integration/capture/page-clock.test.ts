import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  openPageSession,
  type PageSession,
} from "../../../src/worker/browser/devtools/page-session.ts";
import { PageClock } from "../../../src/worker/capture/animation/page-clock.ts";
import { SiteProxy } from "../../support/site/proxy.ts";
import { launchTestBrowser } from "../worker/launched-browser.ts";

/** The time of a page's scripts, held and released more than once: a document may be recorded again. */

const browser = await launchTestBrowser();
const proxy = await SiteProxy.open();
after(async () => {
  await browser.close();
  await proxy.close();
});
const signal = AbortSignal.timeout(60_000);

/** What scripts of the page and of a frame have counted, by timers, frames and clocks. */
interface Counts {
  intervals: number;
  timeouts: number;
  frames: number;
  passed: number;
  clock: number;
  inner: number;
}

const counting = `globalThis.counts = { intervals: 0, timeouts: 0, frames: 0 };
  setInterval(() => { counts.intervals += 1; }, 50);
  const again = () => setTimeout(() => { counts.timeouts += 1; again(); }, 50);
  again();
  const draw = () => { counts.frames += 1; requestAnimationFrame(draw); };
  requestAnimationFrame(draw);
  const cleared = setTimeout(() => { counts.timeouts = NaN; }, 300);
  globalThis.clear = () => clearTimeout(cleared);`;
const html = `<!doctype html><body><script>${counting}</script>
  <iframe srcdoc="<script>let inner = 0; setInterval(() => { inner += 1; parent.inner = inner; }, 50)</script>"></iframe>`;

async function evaluate<Result>(page: PageSession, expression: string): Promise<Result> {
  const { result } = await page.call(
    "Runtime.evaluate",
    { expression, returnByValue: true, awaitPromise: true },
    signal,
  );
  return result.value as Result;
}

const countsOf = (page: PageSession): Promise<Counts> =>
  evaluate(
    page,
    `({ ...counts, passed: performance.now(), clock: Date.now(), inner: globalThis.inner ?? 0 })`,
  );

/** As the page's own scripts wait: by frames, which come with the real time only if it passes. */
const untilCounted = (page: PageSession, more: number): Promise<void> =>
  evaluate(
    page,
    `new Promise((resolve) => {
      const { intervals, timeouts, frames } = counts;
      const look = () => counts.intervals >= intervals + ${more} && counts.timeouts >= timeouts + ${more} && counts.frames >= frames + ${more}
        ? resolve() : setTimeout(look, 10);
      look();
    })`,
  );

test("a document that was held goes on when it is released, and can be held again", async () => {
  const context = await browser.createContext(proxy.port);
  try {
    using page = await openPageSession(context, signal);
    const clock = await PageClock.install(page, signal);
    await page.showDocument(html, signal);
    await untilCounted(page, 1);

    for (let round = 0; round < 3; round += 1) {
      await clock.hold(signal);
      if (round === 0) await evaluate(page, "clear()");
      const before = await countsOf(page);
      await clock.advanceTo(1000, signal);
      const held = await countsOf(page);
      assert.deepEqual(
        [
          held.intervals - before.intervals,
          held.timeouts - before.timeouts,
          held.inner - before.inner,
        ],
        [20, 20, 20],
        `round ${round}`,
      );
      assert.ok(Math.abs(held.frames - before.frames - 60) <= 1, `${held.frames - before.frames}`);
      assert.ok(Math.abs(held.passed - before.passed - 1000) < 1, `round ${round}`);
      assert.ok(Math.abs(held.clock - before.clock - 1000) <= 1, `round ${round}`);
      assert.deepEqual(await countsOf(page), held, "the time stands still");

      await clock.release(signal);
      await untilCounted(page, 3);
      const released = await countsOf(page);
      assert.ok(released.passed > held.passed && released.clock >= held.clock);
      assert.ok(Number.isFinite(released.timeouts), "a timer that was cleared does not come");
    }
  } finally {
    await context.dispose();
  }
});
