export interface FoundBrowser {
  path: string;
  /** Where it was found, for the log. */
  source:
    | "STILLS_BROWSER_PATH"
    | "PUPPETEER_EXECUTABLE_PATH"
    | "system package"
    | "puppeteer's cache"
    | "@sparticuz/chromium";
  /** Variables this browser needs, such as LD_LIBRARY_PATH. */
  environment: Record<string, string>;
  /** What does not work with it on this machine, and what to do about it. */
  warning?: string;
}
