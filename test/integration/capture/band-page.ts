import assert from "node:assert/strict";
import type { DecodedPicture } from "../../support/picture.ts";

/** Bands of 100 pixels, each of a blue of its own: their number is what it says. Green is nowhere, and red is the page's own. */
export function bandsPage(
  heightPixels: number,
  { head = "", body = "", red = 0 }: { head?: string; body?: string; red?: number } = {},
): string {
  const bands = Array.from(
    { length: heightPixels / 100 },
    (_, band) => `<div id="band-${band}" style="background: rgb(${red}, 0, ${band * 8})"></div>`,
  );
  return `<!doctype html><title>Bands</title><style>
    html { scroll-behavior: smooth; scroll-snap-type: y mandatory; } body { margin: 0; }
    div { height: 100px; scroll-snap-align: start; } ${head}</style>${body}${bands.join("")}`;
}

/** How far such a page is scrolled in a frame: by the first row in which the colour changes. */
export function scrolledTo(frame: DecodedPicture): number {
  const bandAt = (y: number): number => Math.round(frame.colourAt(200, y)[2] / 8);
  const first = bandAt(2);
  for (let y = 3; y < frame.height; y += 1)
    if (bandAt(y) === first + 1 && bandAt(y + 1) === first + 1) return (first + 1) * 100 - y;
  return Number.NaN;
}

/** The page is scrolled as far as it has to be in each frame. */
export function assertScrolled(
  frames: readonly DecodedPicture[],
  expected: readonly number[],
): void {
  const found = frames.map(scrolledTo);
  const differs = found.some(
    (place, number) => !(Math.abs(place - (expected[number] ?? NaN)) <= 1),
  );
  assert.ok(
    !differs && found.length === expected.length,
    `${found.join(" ")}, not ${expected.join(" ")}`,
  );
}
