/** The height of a slice of a picture of the whole page, unless `fullPage.sliceHeightPixels` is given. */
export const defaultSliceHeightPixels = 4_000;

/** Slices of one picture: each is an object of its own in the store. */
export const mostSlices = 100;
