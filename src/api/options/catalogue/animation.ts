import type { CaptureOption } from "../capture-option.ts";
import { scrollNavigationOptions } from "./scroll-navigation.ts";
import { scrollOptions } from "./scrolling.ts";
import type { NumberValue } from "../option-value.ts";

/** What players and editors show. */
const frameEdge: NumberValue = { type: "integer", minimum: 16, maximum: 3840 };

/** A picture that moves: how long, how large, and what happens on the page meanwhile. */
export const animationOptions: readonly CaptureOption[] = [
  {
    path: "animation.durationSeconds",
    text: "is how long the animation is.",
    value: { type: "integer", minimum: 1, maximum: 30, default: 5 },
    http: { name: "duration", type: "integer", endpoint: "animate" },
  },
  {
    path: "animation.framesPerSecond",
    text: "is the number of frames in a second of the file. 25 unless given, and 10 of a GIF.",
    value: { type: "integer", minimum: 1, maximum: 30 },
    http: { name: "stills_frames_per_second", type: "integer", endpoint: "animate" },
  },
  {
    path: "animation.widthPixels",
    text: "is the width of the file's frames, with `heightPixels`. The window is scaled to fit, and what is left is white. The window's own size unless given.",
    value: frameEdge,
    together: "animation.heightPixels",
    http: {
      ...({ name: "width", type: "integer", endpoint: "animate", requires: ["height"] } as const),
      text: "is the width of the file's frames, with `height`. The window is scaled to fit, and what is left is white. The window's own size unless given.",
    },
  },
  {
    path: "animation.heightPixels",
    text: "is the height of the file's frames, with `widthPixels`.",
    value: frameEdge,
    together: "animation.widthPixels",
    http: {
      ...({ name: "height", type: "integer", endpoint: "animate", requires: ["width"] } as const),
      text: "is the height of the file's frames, with `width`.",
    },
  },
  ...scrollOptions,
  ...scrollNavigationOptions,
];
