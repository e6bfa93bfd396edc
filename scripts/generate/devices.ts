import { format } from "prettier";
import { KnownDevices } from "puppeteer-core";

/** The devices that puppeteer knows, one a line. */
export async function devicesText(): Promise<string> {
  const rows = Object.entries(KnownDevices).map(([name, { userAgent, viewport }]) =>
    [
      name,
      viewport.width,
      viewport.height,
      Math.round((viewport.deviceScaleFactor ?? 1) * 100),
      viewport.isMobile === true ? "mobile" : "",
      viewport.hasTouch === true ? "touch" : "",
      viewport.isLandscape === true ? "landscape" : "",
      userAgent,
    ].join("|"),
  );
  const source = [
    "// Generated from puppeteer-core's KnownDevices by `npm run generate`. Do not edit.",
    "",
    "/** Name, width and height in CSS pixels, scale in per cent, three marks, and the user agent. */",
    `export const deviceRows = [${rows.map((row) => JSON.stringify(row)).join(",\n")}] as const;`,
    "",
  ].join("\n");
  return format(source, { parser: "typescript", printWidth: 100 });
}
