import type { CaptureSpec } from "../../src/api/options/capture-spec.generated.ts";

/** What every column of the benchmark captures: the viewport as PNG, at the load event, with the API's defaults. */
export function benchCapture(url: string): CaptureSpec {
  return {
    url,
    format: "PNG",
    quality: 80,
    extent: "Viewport",
    viewport: { widthPixels: 1280, heightPixels: 1024, deviceScalePercent: 100 },
    wait: { until: ["Load"], delaySeconds: 0 },
    captureTimeoutSeconds: 60,
    navigationTimeoutSeconds: 30,
    hostErrors: "Fail",
  };
}
