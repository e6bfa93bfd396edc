import type { CaptureSpec } from "../../api/options/capture-spec.generated.ts";
import { isPictureFormat } from "../../api/options/formats.ts";
import { specDigestOf } from "../tokens/sealed-spec.ts";

/** What is taken of a page that is loaded: everything else has its effect before, and so has to be equal. */
const takenFields = [
  "format",
  "quality",
  "resize",
  "extent",
  "beyondViewport",
  "fullPage",
  "element",
  "clip",
  "pdf",
] as const satisfies readonly (keyof CaptureSpec)[];

/** What only the controller reads. */
const controlFields = [
  "activeDeadlineSeconds",
  "backoffLimit",
  "cache",
  "priority",
  "startDeadlineSeconds",
  "storage",
  "ttlSecondsAfterFinished",
  "webhook",
];

const leftOut = new Set<string>([...takenFields, ...controlFields]);

type PartialSpec = Readonly<Record<string, unknown>>;

/**
 * Equal for specs that may be captured of one loaded page; undefined for one that has to load a page of its own: a recording begins when
 * its page does, and an element that is not scrolled to is where the page was scrolled when it had loaded.
 *
 * @param spec of a job, with or without its defaults
 */
export function loadDigestOf(spec: PartialSpec): string | undefined {
  const { animation, element } = spec as Partial<CaptureSpec>;
  if (animation !== undefined || element?.scrollIntoView === false) return undefined;
  const rest = Object.entries(spec).filter(([name]) => !leftOut.has(name));
  return specDigestOf(Object.fromEntries(rest));
}

/** How much a capture leaves behind on its page, from 0: captures of one page are taken in this order. */
export function disturbanceOf(spec: PartialSpec): number {
  const { format = "PNG", extent = "Viewport", clip } = spec as Partial<CaptureSpec>;
  if (format === "PDF") return 4;
  // What is apart from the element is hidden for a moment, and loses the focus.
  if (extent === "Element") return 3;
  if (extent === "FullPage") return 2;
  // A text is read of the page as it is.
  return clip !== undefined && isPictureFormat(format) ? 1 : 0;
}
