import { devices } from "../../api/options/devices.ts";
import type { HTTPApp } from "../../platform/http/http-app.ts";

/** `GET /devices`: what `viewport_device` may name, in the shape of the original API. No key is needed. */
export function registerDeviceRoute(app: HTTPApp): void {
  app.get("/devices", (_request, reply) => reply.send(deviceList));
}

const deviceList = [...devices].map(([id, { name, userAgent, viewport }]) => ({
  id,
  name,
  userAgent,
  viewport: {
    width: viewport.widthPixels,
    height: viewport.heightPixels,
    deviceScaleFactor: viewport.deviceScalePercent / 100,
    isMobile: viewport.mobile,
    hasTouch: viewport.touch,
    isLandscape: viewport.landscape,
  },
}));
