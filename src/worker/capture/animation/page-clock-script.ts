/**
 * Source text that gives a document a clock of its own, under `globalThis[name]`: `hold()` stops it, `advanceTo(milliseconds)` lets it pass,
 * `release()` lets it pass with the real time again, from where it is. What it replaces are proxies, so that the page sees the functions of the browser.
 */
export function pageClockSource(name: string): string {
  return `(${installClock})(${JSON.stringify(name)})`;
}

/** Timers of no delay take a millisecond, as in browsers, so that one that sets itself again does not stop the time. */
const installClock = `(name) => {
  "use strict";
  const view = globalThis;
  const { setTimeout, clearTimeout, requestAnimationFrame, cancelAnimationFrame, reportError, Date, Performance, performance } = view;
  const realNow = performance.now.bind(performance);
  const realDateNow = Date.now;
  const channel = new MessageChannel();
  const frameMilliseconds = 1000 / 60;
  const timers = new Map();
  const frames = new Map();
  let isHeld = false, heldAt = 0, heldDate = 0, passed = 0, nextFrame = 0, lastID = 1e9;
  /** From the real time to the page's, after it was held. */
  let shift = 0, dateShift = 0;
  const now = () => isHeld ? heldAt + passed : realNow() + shift;
  const dateNow = () => Math.floor(isHeld ? heldDate + passed : realDateNow() + dateShift);
  const run = (callback, given) => {
    try { Reflect.apply(callback, view, given); } catch (thrown) { reportError(thrown); }
  };
  const delayOf = (delay) => Math.max(1, Number(delay) || 0);

  const replace = (owner, property, apply) => {
    const proxy = new Proxy(owner[property], { apply: (target, self, given) => apply(given, target, self) });
    Object.defineProperty(owner, property, { ...Object.getOwnPropertyDescriptor(owner, property), value: proxy });
  };
  /** Each takes the id that the page knows; the browser's own id changes when the timer is set again. */
  const armTimer = (id, timer) => {
    timer.nativeID = Reflect.apply(setTimeout, view, [() => {
      if (timer.interval === undefined) timers.delete(id);
      else {
        timer.due = Math.max(now(), timer.due + timer.interval);
        armTimer(id, timer);
      }
      Reflect.apply(timer.callback, view, timer.given);
    }, Math.max(0, timer.due - now())]);
  };
  const armFrame = (id, frame) => {
    frame.nativeID = Reflect.apply(requestAnimationFrame, view, [(time) => {
      frames.delete(id);
      Reflect.apply(frame.callback, view, [time + shift]);
    }]);
  };
  const addTimer = (native, [callback, delay, ...given], repeats) => {
    if (typeof callback !== "function") return Reflect.apply(native, view, [callback, delay, ...given]);
    const timer = { callback, given, interval: repeats ? delayOf(delay) : undefined, due: now() + delayOf(delay) };
    const id = ++lastID;
    timers.set(id, timer);
    if (!isHeld) armTimer(id, timer);
    return id;
  };
  replace(view, "setTimeout", (given, native) => addTimer(native, given, false));
  replace(view, "setInterval", (given, native) => addTimer(native, given, true));
  for (const property of ["clearTimeout", "clearInterval"])
    replace(view, property, ([id], native) => {
      const timer = timers.get(Number(id));
      timers.delete(Number(id));
      return Reflect.apply(native, view, [timer?.nativeID ?? id]);
    });
  replace(view, "requestAnimationFrame", ([callback], native) => {
    if (typeof callback !== "function") return Reflect.apply(native, view, [callback]);
    const frame = { callback };
    const id = ++lastID;
    frames.set(id, frame);
    if (!isHeld) armFrame(id, frame);
    return id;
  });
  replace(view, "cancelAnimationFrame", ([id], native) => {
    const frame = frames.get(Number(id));
    frames.delete(Number(id));
    return Reflect.apply(native, view, [frame?.nativeID ?? id]);
  });
  replace(Performance.prototype, "now", (given, native, self) => self === performance ? now() : Reflect.apply(native, self, given));
  replace(Date, "now", dateNow);
  const PageDate = new Proxy(Date, {
    construct: (target, given, newTarget) => Reflect.construct(target, given.length === 0 ? [dateNow()] : given, newTarget),
    apply: () => new PageDate().toString(),
  });
  Object.defineProperty(view, "Date", { ...Object.getOwnPropertyDescriptor(view, "Date"), value: PageDate });
  Object.defineProperty(Date.prototype, "constructor", { value: PageDate, writable: true, configurable: true });

  /** Promises that were kept meanwhile go first. */
  const taskEnded = () => new Promise((resolve) => {
    channel.port1.onmessage = resolve;
    channel.port2.postMessage(0);
  });
  const runTimers = async (until) => {
    for (;;) {
      let first;
      for (const [id, timer] of timers) if (timer.due <= until && !(timer.due >= first?.timer.due)) first = { id, timer };
      if (first === undefined) return;
      const { id, timer } = first;
      passed = Math.max(passed, timer.due - heldAt);
      if (timer.interval === undefined) timers.delete(id);
      else timer.due = now() + timer.interval;
      run(timer.callback, timer.given);
      await null;
    }
  };
  const runFrames = () => {
    for (const id of [...frames.keys()]) {
      const frame = frames.get(id);
      if (frames.delete(id)) run(frame.callback, [now()]);
    }
  };
  const hold = () => {
    if (isHeld) return;
    [heldAt, heldDate, passed, nextFrame] = [now(), dateNow(), 0, 0];
    isHeld = true;
    for (const { nativeID } of timers.values()) Reflect.apply(clearTimeout, view, [nativeID]);
    for (const { nativeID } of frames.values()) Reflect.apply(cancelAnimationFrame, view, [nativeID]);
  };
  const release = () => {
    if (!isHeld) return;
    [shift, dateShift] = [now() - realNow(), dateNow() - realDateNow()];
    isHeld = false;
    for (const [id, timer] of timers) armTimer(id, timer);
    for (const [id, frame] of frames) armFrame(id, frame);
  };
  const advanceTo = async (milliseconds) => {
    while (nextFrame <= milliseconds) {
      await runTimers(heldAt + nextFrame);
      passed = nextFrame;
      runFrames();
      await taskEnded();
      nextFrame += frameMilliseconds;
    }
    await runTimers(heldAt + milliseconds);
    passed = milliseconds;
  };
  Object.defineProperty(view, name, { value: Object.freeze({ hold, advanceTo, release }), configurable: true });
}`;
