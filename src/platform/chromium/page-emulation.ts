import type { PageSession } from "./page-session.ts";

export interface DeviceToEmulate {
  widthPixels: number;
  heightPixels: number;
  deviceScalePercent: number;
  colorScheme?: "Light" | "Dark";
}

/** Gives the page its viewport, pixel density and preferred colours, before it is opened. */
export async function emulateDevice(
  page: PageSession,
  device: DeviceToEmulate,
  signal: AbortSignal,
): Promise<void> {
  const calls: Promise<unknown>[] = [
    page.call(
      "Emulation.setDeviceMetricsOverride",
      {
        width: device.widthPixels,
        height: device.heightPixels,
        deviceScaleFactor: device.deviceScalePercent / 100,
        mobile: false,
      },
      signal,
    ),
  ];
  if (device.colorScheme !== undefined) {
    const value = device.colorScheme.toLowerCase();
    const features = [{ name: "prefers-color-scheme", value }];
    calls.push(page.call("Emulation.setEmulatedMedia", { features }, signal));
  }
  await Promise.all(calls);
}

/** Lets no script of the page run any more, in this document and the next; ours still do. */
export async function stopScripts(page: PageSession, signal: AbortSignal): Promise<void> {
  await page.call("Emulation.setScriptExecutionDisabled", { value: true }, signal);
}
