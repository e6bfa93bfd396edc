import Type from "typebox";
import type { Static } from "typebox";
import { parserOf } from "../schema/parser.ts";

const pictureLinkSchema = Type.Object({
  /** Of the stored object, so that the link outlives the job's record. */
  key: Type.String(),
  mediaType: Type.String(),
  /** Epoch seconds. */
  expires: Type.Number(),
  /** What browsers save the file as, without its extension. */
  attachmentName: Type.Optional(Type.String()),
});

/** What an expiring link to a stored picture (`screenshot_url`) says. */
export type PictureLink = Static<typeof pictureLinkSchema>;

export const parsePictureLink = parserOf("picture link", pictureLinkSchema);
