/** Enough for a JPEG of 60 megapixels, or a WebP of 40. */
export const defaultEncoderMemoryMebibytes = 1_100;

/** With less, Node.js and libvips do not start. */
export const leastEncoderMemoryMebibytes = 700;
