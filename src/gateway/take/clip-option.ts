import { defaultOf, optionAt } from "../../api/options/capture-options.ts";
import { groupAt, setAt, valueAt, type SpecDraft } from "./spec-draft.ts";

/** A rectangle without a width or a height reaches to the edge of the window. The device must be expanded already. */
export function completeClip(spec: SpecDraft): void {
  if (groupAt(spec, "clip") === undefined) return;
  complete(spec, {
    edge: "clip.widthPixels",
    start: "clip.xPixels",
    window: "viewport.widthPixels",
  });
  complete(spec, {
    edge: "clip.heightPixels",
    start: "clip.yPixels",
    window: "viewport.heightPixels",
  });
}

function complete(
  spec: SpecDraft,
  { edge, start, window }: { edge: string; start: string; window: string },
): void {
  if (valueAt(spec, edge) !== undefined) return;
  setAt(spec, edge, Math.max(1, numberAt(spec, window) - numberAt(spec, start)));
}

function numberAt(spec: SpecDraft, path: string): number {
  const option = optionAt(path);
  return Number(valueAt(spec, path) ?? (option && defaultOf(option)) ?? 0);
}
