import type { CaptureSpec } from "../../src/api/options/capture-spec.generated.ts";
import { aCaptureSpec } from "../support/capture-spec.ts";

/** What every variant of the benchmark captures: the viewport as PNG, at the load event, with the API's defaults. */
export function benchCapture(url: string): CaptureSpec {
  return aCaptureSpec({ url });
}
