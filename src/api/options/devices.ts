import { deviceRows } from "./devices.generated.ts";

/** Properties of a device that a page sees. */
interface Device {
  widthPixels: number;
  heightPixels: number;
  deviceScalePercent: number;
  mobile: boolean;
  touch: boolean;
  landscape: boolean;
  userAgent: string;
}

/** Devices by name: lower case, `_` for spaces, no brackets. `…_landscape` is the device in landscape orientation. */
export const devices: ReadonlyMap<string, Device> = new Map(deviceRows.map(readRow));

function readRow(row: string): [string, Device] {
  const [name = "", width, height, scale, mobile, touch, landscape, ...userAgent] = row.split("|");
  return [
    name,
    {
      widthPixels: Number(width),
      heightPixels: Number(height),
      deviceScalePercent: Number(scale),
      mobile: mobile !== "",
      touch: touch !== "",
      landscape: landscape !== "",
      userAgent: userAgent.join("|"),
    },
  ];
}
