import { parsePictureLink } from "../../api/messages/picture-link.ts";
import type { PictureLink } from "../../api/messages/picture-link.ts";
import { openToken, signToken } from "../tokens/signed-token.ts";

/** The last segment of the link's path. */
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
  const link = parsePictureLink(opened.payload);
  return link.expires * 1000 > nowMilliseconds ? link : undefined;
}
