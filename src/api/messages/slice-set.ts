import Type from "typebox";
import type { Static } from "typebox";
import { parserOf } from "../schema/parser.ts";
import { count } from "./message-fields.ts";

const sliceSet = Type.Object({
  /** Of the picture that was cut. */
  key: Type.String(),
  mediaType: Type.String(),
  widthPixels: count,
  heightPixels: count,
  sliceHeightPixels: Type.Optional(count),
  sliceOverlapPixels: Type.Optional(count),
  /** Epoch seconds. */
  expires: Type.Number(),
});

/** The slices of a stored picture: what the expiring link to their manifest says. */
export type SliceSet = Static<typeof sliceSet>;

/** @throws Failure(RequestMalformed) */
export const parseSliceSet = parserOf("link to slices", sliceSet);
