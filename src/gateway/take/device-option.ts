import { devices } from "../../api/options/devices.ts";
import { groupAt, type SpecDraft } from "./spec-draft.ts";

/**
 * Replaces `viewport.device` by the values of the device. Values that the caller gives as well win. The spec must not have the
 * API server's defaults yet, since they could not be told from given values.
 */
export function expandDevice(spec: SpecDraft): void {
  const { device: name, ...given } = groupAt(spec, "viewport") ?? {};
  const device = typeof name === "string" ? devices.get(name) : undefined;
  if (device === undefined) return;
  spec["viewport"] = { ...device.viewport, ...given };
  spec["userAgent"] ??= device.userAgent;
}
