import type { CaptureSpec } from "../../api/options/capture-spec.generated.ts";

/** The digests of the content that a capture refers to. */
export function inputDigestsOf({
  contentRef,
  scriptRef,
  styleRef,
}: Pick<CaptureSpec, "contentRef" | "scriptRef" | "styleRef">): string[] {
  return [contentRef, scriptRef, styleRef].flatMap((ref) => (ref === undefined ? [] : ref.digest));
}
