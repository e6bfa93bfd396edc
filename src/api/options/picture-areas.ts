/** 60 megapixels: 240 MB while the browser draws a picture, and as much again while it encodes it. */
export const largestAreaPixels = 60_000_000;

/** Of a frame of an animation: 3840 x 2160. An encoder holds dozens of them. */
export const largestFramePixels = 8_294_400;

/** Two numbers that make an area together, by their paths. */
export interface PictureArea {
  readonly width: string;
  readonly height: string;
  /** A pixel of the two is this many per cent of a pixel of the picture, in each direction. */
  readonly scalePercent?: string;
}

/**
 * The areas that a job asks for in numbers. None may have more than `largestAreaPixels`, so that no page is loaded for a picture that
 * cannot be made. The worker checks those that depend on the page, before it takes the picture.
 */
export const pictureAreas: readonly PictureArea[] = [
  {
    width: "viewport.widthPixels",
    height: "viewport.heightPixels",
    scalePercent: "viewport.deviceScalePercent",
  },
  {
    width: "clip.widthPixels",
    height: "clip.heightPixels",
    scalePercent: "viewport.deviceScalePercent",
  },
  { width: "resize.widthPixels", height: "resize.heightPixels" },
];
