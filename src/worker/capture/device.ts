import type { CaptureSpec } from "../../api/options/capture-spec.generated.ts";
import { devices } from "../../api/options/devices.ts";

/**
 * The spec with the device's values instead of its viewport's. A stored spec has defaults, so that given values of the viewport
 * cannot be told from them.
 */
export function withDevice(spec: CaptureSpec): CaptureSpec {
  const device = devices.get(spec.viewport.device ?? "");
  if (device === undefined) return spec;
  return {
    ...spec,
    viewport: { ...spec.viewport, ...device.viewport },
    userAgent: spec.userAgent ?? device.userAgent,
  };
}
