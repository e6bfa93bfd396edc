import type { PageSession } from "./page-session.ts";

export interface DeviceToEmulate {
  widthPixels: number;
  heightPixels: number;
  deviceScalePercent: number;
  mobile: boolean;
  touch: boolean;
  landscape: boolean;
}

/** What phones and tablets tell. */
const fingers = 5;

/** The device that each page emulates, as text. */
const emulated = new WeakMap<PageSession, string>();

/** Sets window, pixel density and touch screen, before the page is opened. Does nothing if the page emulates this device already. */
export async function emulateDevice(
  page: PageSession,
  device: DeviceToEmulate,
  signal: AbortSignal,
): Promise<void> {
  const wanted = textOf(device);
  if (emulated.get(page) === wanted) return;
  emulated.delete(page);
  const metrics = page.call(
    "Emulation.setDeviceMetricsOverride",
    {
      width: device.widthPixels,
      height: device.heightPixels,
      deviceScaleFactor: device.deviceScalePercent / 100,
      mobile: device.mobile,
      ...(device.mobile || device.landscape ? { screenOrientation: orientationOf(device) } : {}),
    },
    signal,
  );
  const touch = device.touch
    ? [
        page.call(
          "Emulation.setTouchEmulationEnabled",
          { enabled: true, maxTouchPoints: fingers },
          signal,
        ),
      ]
    : [];
  await Promise.all([metrics, ...touch]);
  emulated.set(page, wanted);
}

function textOf(device: DeviceToEmulate): string {
  const { widthPixels, heightPixels, deviceScalePercent, mobile, touch, landscape } = device;
  return [widthPixels, heightPixels, deviceScalePercent, mobile, touch, landscape].join(" ");
}

function orientationOf({ landscape }: DeviceToEmulate): {
  angle: number;
  type: "landscapePrimary" | "portraitPrimary";
} {
  return landscape
    ? { angle: 90, type: "landscapePrimary" }
    : { angle: 0, type: "portraitPrimary" };
}

/** Stops all scripts of the page, in this document and later ones; our own scripts still run. */
export async function stopScripts(page: PageSession, signal: AbortSignal): Promise<void> {
  await page.call("Emulation.setScriptExecutionDisabled", { value: true }, signal);
}

/** Lets scripts run again that `stopScripts` has stopped. */
export async function allowScripts(page: PageSession, signal: AbortSignal): Promise<void> {
  await page.call("Emulation.setScriptExecutionDisabled", { value: false }, signal);
}
