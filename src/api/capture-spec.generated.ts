// Generated from src/api/capture-options.ts by `npm run generate`. Do not edit.

/** What to capture and how, as stored: the API server has filled in the defaults. */
export interface CaptureSpec {
  /** `url` is the address of the page to capture, http or https. */
  url?: string;
  /** `html` is an HTML document to capture instead of a page on the web, up to 16,384 characters. */
  html?: string;
  /** `markdown` is a Markdown document to capture, up to 16,384 characters. */
  markdown?: string;
  /** `contentRef` names content that was uploaded before, by its digest. For content too large for `html` and `markdown`. */
  contentRef?: {
    /** `digest` is the SHA-256 of the content. */
    digest: string;
    /** `mediaType` says what the content is. */
    mediaType: "text/html" | "text/markdown";
  };
  /** `format` is the file format of the picture. */
  format: "PNG" | "JPEG" | "WebP";
  /** `quality` is how faithful a JPEG or WebP picture is, in per cent; smaller means smaller files. PNG has no loss and ignores it. */
  quality: number;
  /** `extent` says how much of the page is captured: what fits the viewport, the whole page, or one element. */
  extent: "Viewport" | "FullPage" | "Element";
  /** `fullPage` says how a picture of the whole page is taken. */
  fullPage?: {
    /** `scroll` says whether the page is first scrolled to its end and back, so that images load that wait to be seen. */
    scroll: boolean;
    /** `scrollDelayMilliseconds` is the pause between two steps of scrolling. */
    scrollDelayMilliseconds: number;
    /** `scrollByPixels` is how far one step of scrolling goes; the height of the viewport unless given. */
    scrollByPixels?: number;
    /** `maxHeightPixels` cuts the picture of a page that is taller, or that never ends, in CSS pixels. */
    maxHeightPixels?: number;
  };
  /** `element` names the one element to capture. */
  element?: {
    /** `selector` is the CSS selector of the element; the first visible match counts. */
    selector: string;
    /** `whenMissing` says what happens when nothing visible matches: the job fails with SelectorNotFound, or the page is captured instead. */
    whenMissing: "CaptureExtent" | "Fail";
  };
  /** `clip` is the rectangle to capture, measured from the page's upper left corner. */
  clip?: {
    /** `xPixels` is the left edge of the rectangle. */
    xPixels: number;
    /** `yPixels` is the upper edge of the rectangle. */
    yPixels: number;
    /** `widthPixels` is the width of the rectangle. */
    widthPixels: number;
    /** `heightPixels` is the height of the rectangle. */
    heightPixels: number;
  };
  /** `viewport` is the size of the browser's window. */
  viewport: {
    /** `widthPixels` is the width of the window in CSS pixels. */
    widthPixels: number;
    /** `heightPixels` is the height of the window in CSS pixels. */
    heightPixels: number;
    /** `deviceScalePercent` is how many pixels of the picture a CSS pixel gets: 100 is one, 200 is two by two, as on most phones and notebooks. */
    deviceScalePercent: number;
  };
  /** `colorScheme` is the colour scheme the page is told the user prefers; the browser's default unless given. */
  colorScheme?: "Light" | "Dark";
  /** `scripts` are pieces of JavaScript to run in the page, in this order. */
  scripts?: string[];
  /** `styles` are pieces of CSS to add to the page, in this order. */
  styles?: string[];
  /** `hideSelectors` are CSS selectors; whatever matches one is not displayed. */
  hideSelectors?: string[];
  /** `hostErrors` says what happens when the page's host answers outside 200 to 299: the job fails with HostReturnedError, or the page is captured as it is. */
  hostErrors: "Fail" | "Ignore";
  /** `wait` says what has to happen before the picture is taken; all of it has to. */
  wait: {
    /** `until` names the events of the page to wait for. NetworkIdle0 and NetworkIdle2 mean half a second with no or at most two open requests. */
    until: ("Load" | "DOMContentLoaded" | "NetworkIdle0" | "NetworkIdle2")[];
    /** `selector` is a CSS selector to wait for until something matches it, visible or not. */
    selector?: string;
    /** `delaySeconds` is how long to wait after everything else. */
    delaySeconds: number;
  };
  /** `captureTimeoutSeconds` is how long one attempt may take, from opening the page to the stored picture. The job's `activeDeadlineSeconds` ends it earlier. */
  captureTimeoutSeconds: number;
  /** `navigationTimeoutSeconds` is how long the page may take to load. `captureTimeoutSeconds` ends it earlier. */
  navigationTimeoutSeconds: number;
}

/** The defaults in the resource; those of an object that was left out as well. */
export const captureDefaults = {
  format: "PNG",
  quality: 80,
  extent: "Viewport",
  fullPage: { scroll: true, scrollDelayMilliseconds: 400 },
  element: { whenMissing: "Fail" },
  clip: { xPixels: 0, yPixels: 0 },
  viewport: { widthPixels: 1280, heightPixels: 1024, deviceScalePercent: 100 },
  hostErrors: "Fail",
  wait: { until: ["Load"], delaySeconds: 0 },
  captureTimeoutSeconds: 60,
  navigationTimeoutSeconds: 30,
} as const;
