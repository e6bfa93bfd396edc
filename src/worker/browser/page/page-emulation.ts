import type { PageSession } from "./page-session.ts";

export interface DeviceToEmulate {
  widthPixels: number;
  heightPixels: number;
  deviceScalePercent: number;
  mobile: boolean;
  touch: boolean;
  landscape: boolean;
}

/** The device that a page has been given, as text. */
const given = new WeakMap<PageSession, string>();

/** Gives the page its window, pixel density and touch screen, before it is opened. A page that has them already keeps them. */
export async function emulateDevice(
  page: PageSession,
  device: DeviceToEmulate,
  signal: AbortSignal,
): Promise<void> {
  const wanted = textOf(device);
  if (given.get(page) === wanted) return;
  given.delete(page);
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
    ? [page.call("Emulation.setTouchEmulationEnabled", { enabled: true }, signal)]
    : [];
  await Promise.all([metrics, ...touch]);
  given.set(page, wanted);
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

/** Lets no script of the page run any more, in this document and the next; ours still do. */
export async function stopScripts(page: PageSession, signal: AbortSignal): Promise<void> {
  await page.call("Emulation.setScriptExecutionDisabled", { value: true }, signal);
}
