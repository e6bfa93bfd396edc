import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * Expiring links to stored pictures (`screenshot_url`). The link carries the object's key itself, so that it outlives the job's
 * record: `base64url(JSON).base64url(HMAC-SHA256)`.
 */
export interface PictureLink {
  key: string;
  mediaType: string;
  /** Epoch seconds. */
  expires: number;
}

/** The last part of the link's path. */
export function signPictureLink(link: PictureLink, secret: string): string {
  const payload = Buffer.from(JSON.stringify(link)).toString("base64url");
  return `${payload}.${mac(payload, secret)}`;
}

/** The link, or undefined when it was altered, signed by somebody else, or has expired. */
export function readPictureLink(
  text: string,
  secret: string,
  nowMilliseconds: number,
): PictureLink | undefined {
  const [payload, given, ...rest] = text.split(".");
  if (payload === undefined || given === undefined || rest.length > 0) return undefined;
  const expected = Buffer.from(mac(payload, secret));
  const actual = Buffer.from(given);
  if (actual.byteLength !== expected.byteLength || !timingSafeEqual(actual, expected))
    return undefined;
  const link = JSON.parse(Buffer.from(payload, "base64url").toString()) as PictureLink;
  return link.expires * 1000 > nowMilliseconds ? link : undefined;
}

function mac(payload: string, secret: string): string {
  return createHmac("sha256", secret).update(payload).digest("base64url");
}
