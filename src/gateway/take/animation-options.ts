import { defaultOf, optionAt } from "../../api/options/capture-options.ts";
import { requestOptions } from "../../api/options/request-options.ts";
import type { RawOptions } from "./raw-options.ts";
import { groupAt, setAt, valueAt, type SpecDraft } from "./spec-draft.ts";
import { TypedOptions } from "./typed-options.ts";

const ratios: Readonly<Record<string, number>> = { "4:3": 4 / 3, "16:9": 16 / 9 };

/** Options that decide the size of an animation by themselves. */
const sizes = ["viewport_height", "viewport_device", "width", "height"];
const frameSizes = ["width", "height"];

/**
 * Gives the window the height of the aspect ratio that is asked for, or 4:3 if nothing decides the size. Returns a sentence for each
 * option that has no effect beside it, and adds what is wrong with the ratio to `problems`. The device must be expanded already.
 */
export function completeAnimation(spec: SpecDraft, raw: RawOptions, problems: string[]): string[] {
  const asked = new TypedOptions(raw, problems).text(requestOptions.aspectRatio);
  const ratio = ratios[asked ?? (sizes.some((name) => raw.has(name)) ? "" : "4:3")];
  if (ratio === undefined) return [];
  const width = optionAt("viewport.widthPixels");
  const widthPixels = Number(valueAt(spec, "viewport.widthPixels") ?? (width && defaultOf(width)));
  setAt(spec, "viewport.heightPixels", Math.max(1, Math.round(widthPixels / ratio)));
  const { widthPixels: _, heightPixels: __, ...animation } = groupAt(spec, "animation") ?? {};
  spec["animation"] = animation;
  return frameSizes
    .filter((name) => raw.has(name))
    .map((name) => `"${name}" had no effect, since "aspect_ratio" was given as well`);
}
