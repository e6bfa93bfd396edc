import { devices } from "../../api/options/devices.ts";

/**
 * Puts the values of `viewport.device` where the spec has none of its own, and takes its name away, so that what somebody gave
 * besides the device counts. For a spec that nobody has filled defaults into yet.
 */
export function expandDevice(spec: Record<string, unknown>): void {
  const viewport = spec["viewport"] as Record<string, unknown> | undefined;
  const device = devices.get(String(viewport?.["device"]));
  if (viewport === undefined || device === undefined) return;
  const { device: _, ...given } = viewport;
  const { userAgent, ...theirs } = device;
  spec["viewport"] = { ...theirs, ...given };
  spec["userAgent"] ??= userAgent;
}

interface WithViewport {
  viewport: object & { device?: string };
  userAgent?: string;
}

/** A stored spec with the device's values in place of its viewport's: what was given cannot be told from the defaults there. */
export function withDevice<Spec extends WithViewport>(spec: Spec): Spec {
  const device = devices.get(spec.viewport.device ?? "");
  if (device === undefined) return spec;
  const { userAgent, ...viewport } = device;
  return {
    ...spec,
    viewport: { ...spec.viewport, ...viewport },
    userAgent: spec.userAgent ?? userAgent,
  };
}
