import assert from "node:assert/strict";
import { inflateSync } from "node:zlib";

/** All compressed streams of a PDF by Chromium, as text (ISO 32000-1, 7.3.8): drawing operators and fonts. */
export function documentStreams(bytes: Buffer): string[] {
  const text = bytes.toString("latin1");
  return [...text.matchAll(/\/FlateDecode[^]*?stream\r?\n/g)].map((match) => {
    try {
      return inflateSync(bytes.subarray(match.index + match[0].length)).toString("latin1");
    } catch {
      return "";
    }
  });
}

/**
 * The area within the margins of the first page, in points: left, top, width, height. Chromium clips to it before it draws
 * anything, in a 300th of an inch from the upper left corner.
 */
export function printedArea(bytes: Buffer): number[] {
  const clip = /^\S+ 0 0 -\S+ 0 \S+ cm\nq\n(\S+) (\S+) (\S+) (\S+) re\nW\*? n$/m;
  const found = documentStreams(bytes)
    .map((stream) => clip.exec(stream))
    .find((match) => match !== null);
  assert.ok(found !== null && found !== undefined, "no page begins with its printed area");
  return found.slice(1).map((length) => Math.round(Number(length) * (72 / 300)));
}
