/** Heights of a window, in pixels of the device. */
export interface WindowGrowth {
  beforePixels: number;
  afterPixels: number;
}

/** A page whose window has grown until it shows the whole of it. */
export interface LoadedPage {
  /** Height of the window now, in pixels of the device. */
  windowPixels: number;
  /** How much of the document that window shows, in CSS pixels. */
  shownPixels: number;
  /** How the window has grown last. */
  growth?: WindowGrowth;
  /** How often the window has grown. */
  growths: number;
  /** The content scrolls in an element, so that the grown window is the picture. */
  isInside: boolean;
  /** It is taller than any window. */
  isTall: boolean;
  /** Its end was reached. */
  isWhole: boolean;
}

export function newLoadedPage(windowPixels: number): LoadedPage {
  return {
    windowPixels,
    shownPixels: windowPixels,
    growths: 0,
    isInside: false,
    isTall: false,
    isWhole: false,
  };
}
