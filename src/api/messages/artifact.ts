import Type from "typebox";
import { count, text } from "./message-fields.ts";

/** The stored object of a picture, as in `status.artifact`. */
export const artifact = Type.Object({
  bucket: text,
  key: text,
  /** `sha256:<hex>` of the bytes. */
  digest: text,
  sizeBytes: count,
  mediaType: text,
  widthPixels: Type.Optional(count),
  heightPixels: Type.Optional(count),
});
