import { integer, object, text, type Stored } from "./schema.ts";

/** `status.artifact`, also in the result of a capture. */
export const artifact = object(
  "is the stored object and its properties, for programs.",
  {
    bucket: text("is its bucket.", { max: 255 }),
    key: text("is its key in the bucket.", { max: 1024 }),
    digest: text("is `sha256:` and the SHA-256 of its bytes.", { max: 71 }),
    sizeBytes: integer("is its size.", { min: 0, max: Number.MAX_SAFE_INTEGER }),
    mediaType: text("is its type, such as image/png.", { max: 127 }),
    widthPixels: integer("is the width of the picture.", { min: 0, max: 2 ** 31 - 1 }),
    heightPixels: integer("is the height of the picture.", { min: 0, max: 2 ** 31 - 1 }),
  },
  { required: ["bucket", "key", "digest", "sizeBytes", "mediaType"] },
);

export type Artifact = Stored<typeof artifact>;
