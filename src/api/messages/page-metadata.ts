/** Facts of the captured page, as far as they were asked for and the page has them. */
export interface PageMetadata {
  pageTitle?: string;
  openGraph?: { title?: string; description?: string; image?: string };
  icon?: { url: string; type?: string };
  /** Which fonts the page asks for, and for which elements. */
  fonts?: FontUse[];
  responseStatusCode?: number;
  /** Names in lower case. */
  responseHeaders?: Record<string, string>;
  /** The page's content, which lies beside the picture. */
  content?: { format: "HTML" | "Markdown"; sizeBytes: number };
}

export interface FontUse {
  first: string;
  fallback: string[];
  /** Names of elements, such as h1. */
  elements: string[];
}

/** What the resource can hold; longer texts are cut, further entries left out. */
export const metadataLimits = {
  titleCharacters: 1024,
  descriptionCharacters: 2048,
  urlCharacters: 4096,
  typeCharacters: 128,
  fonts: 32,
  fallbackFonts: 16,
  fontNameCharacters: 128,
  fontElements: 32,
  headers: 64,
  headerNameCharacters: 128,
  headerValueCharacters: 1024,
} as const;
