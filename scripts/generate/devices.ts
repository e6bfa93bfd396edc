import { format } from "prettier";
import { KnownDevices } from "puppeteer-core";

/** The devices that puppeteer knows, under the names that the original API gives them, one a line. */
export async function devicesText(): Promise<string> {
  const rows = Object.entries(KnownDevices).map(([name, { userAgent, viewport }]) =>
    [
      deviceID(name),
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

/** `iPad (gen 6) landscape` is `ipad_gen_6_landscape`. */
function deviceID(name: string): string {
  return name.toLowerCase().replaceAll(/[()]/g, "").replaceAll(" ", "_");
}
