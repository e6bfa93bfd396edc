// Generated from src/api/capture-options.ts by `npm run generate`. Do not edit.

export interface CaptureSpec {
  url?: string;
  html?: string;
  markdown?: string;
  contentRef?: { digest: string; mediaType: string };
  format: "PNG" | "JPEG" | "WebP";
  quality: number;
  extent: "Viewport" | "FullPage" | "Element";
  fullPage?: {
    scroll: boolean;
    scrollDelayMilliseconds: number;
    scrollByPixels?: number;
    maxHeightPixels?: number;
  };
  element?: { selector: string; whenMissing: "CaptureExtent" | "Fail" };
  clip?: { xPixels: number; yPixels: number; widthPixels: number; heightPixels: number };
  viewport: { widthPixels: number; heightPixels: number; deviceScalePercent: number };
  colorScheme?: "Light" | "Dark";
  wait: {
    until: ("Load" | "DOMContentLoaded" | "NetworkIdle0" | "NetworkIdle2")[];
    selector?: string;
    delaySeconds: number;
  };
  captureTimeoutSeconds: number;
  navigationTimeoutSeconds: number;
  scripts?: string[];
  styles?: string[];
  hideSelectors?: string[];
  hostErrors: "Fail" | "Ignore";
}
