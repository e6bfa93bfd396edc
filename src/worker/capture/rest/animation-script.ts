/**
 * Source text: `settle(animations)` brings finite animations and transitions to their end, where their promises and events come as usual,
 * and holds infinite ones still; it returns how many it changed. What the page itself has paused and what scrolling drives is left
 * alone. An animation is held where it begins, so that two pictures are equal, or at its half if nothing would be seen there.
 */
export const settleAnimations = `
  const settle = (animations) => {
    let changed = 0;
    const held = [];
    for (const animation of animations) {
      if (animation.playState !== "running" || animation.timeline === null || "source" in animation.timeline) continue;
      const timing = animation.effect?.getComputedTiming();
      if (timing === undefined) continue;
      try {
        if (Number.isFinite(timing.endTime)) animation.finish();
        else {
          animation.pause();
          animation.currentTime = Math.max(0, timing.delay);
          held.push([animation, timing]);
        }
        changed += 1;
      } catch {}
    }
    for (const [animation, { delay, duration }] of held.filter(([animation]) => isInvisible(animation)))
      animation.currentTime = Math.max(0, delay) + duration / 2;
    return changed;
  };
  const isInvisible = ({ effect: { target, pseudoElement } }) => {
    if (target === null) return false;
    const { opacity, visibility } = getComputedStyle(target, pseudoElement);
    const { width, height } = target.getBoundingClientRect();
    return Number(opacity) < 0.05 || visibility !== "visible" || (pseudoElement === null && (width === 0 || height === 0));
  };`;

/** Source text: `documentsIn(document)` lists the document and those of its frames that scripts may look into. */
export const reachableDocuments = `
  const documentsIn = (top) => [top, ...[...top.querySelectorAll("iframe, frame")].flatMap((frame) => {
    try { return frame.contentDocument ? documentsIn(frame.contentDocument) : []; } catch { return []; }
  })];`;
