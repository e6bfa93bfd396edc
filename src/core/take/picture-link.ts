import { openToken, signToken } from "../tokens/signed-token.ts";

/**
 * Expiring links to stored pictures (`screenshot_url`). The link carries the object's key itself, so that it outlives the job's
 * record.
 */
export interface PictureLink {
  key: string;
  mediaType: string;
  /** Epoch seconds. */
  expires: number;
}

/** The last part of the link's path. */
export function signPictureLink(link: PictureLink, secret: string): string {
  return signToken(link, secret);
}

/** The link; undefined when it was altered, was signed with another key, or has expired. */
export function readPictureLink(
  text: string,
  secret: string,
  nowMilliseconds: number,
): PictureLink | undefined {
  const opened = openToken(text, secret);
  if (!opened.valid) return undefined;
  const link = opened.payload as PictureLink;
  return link.expires * 1000 > nowMilliseconds ? link : undefined;
}
