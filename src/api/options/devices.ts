import { deviceRows } from "./devices.generated.ts";

/** A device that a page can be shown on. */
interface Device {
  /** For people. */
  name: string;
  userAgent: string;
  viewport: {
    widthPixels: number;
    heightPixels: number;
    deviceScalePercent: number;
    mobile: boolean;
    touch: boolean;
    landscape: boolean;
  };
}

/** Devices by the names that the original API gives them. `…_landscape` is the device in landscape orientation. */
export const devices: ReadonlyMap<string, Device> = new Map(deviceRows.map(readRow));

function readRow(row: string): [string, Device] {
  const [name = "", width, height, scale, mobile, touch, landscape, ...userAgent] = row.split("|");
  const viewport = {
    widthPixels: Number(width),
    heightPixels: Number(height),
    deviceScalePercent: Number(scale),
    mobile: mobile !== "",
    touch: touch !== "",
    landscape: landscape !== "",
  };
  return [deviceID(name), { name, userAgent: userAgent.join("|"), viewport }];
}

/** `iPad (gen 6) landscape` is `ipad_gen_6_landscape`. */
function deviceID(name: string): string {
  return name.toLowerCase().replaceAll(/[()]/g, "").replaceAll(" ", "_");
}
