import { integer, list, map, object, text, word, type Stored } from "../kinds/schema.ts";

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

const limits = metadataLimits;

const fontName = text("", { max: limits.fontNameCharacters });

/** `status.metadata`: facts of the captured page, as far as they were asked for and the page has them. */
export const pageMetadata = object(
  "is what `spec.metadata` asked for, as far as the page has it.",
  {
    pageTitle: text("is the title of the page.", { max: limits.titleCharacters }),
    openGraph: object("is the page's Open Graph metadata.", {
      title: text("is og:title.", { max: limits.titleCharacters }),
      description: text("is og:description.", { max: limits.descriptionCharacters }),
      image: text("is og:image.", { max: limits.urlCharacters }),
    }),
    icon: object(
      "is the largest icon that the page names.",
      {
        url: text("is its address.", { max: limits.urlCharacters }),
        type: text("is its type, where the page says so.", { max: limits.typeCharacters }),
      },
      { required: ["url"] },
    ),
    fonts: list(
      "are the fonts that the page's text asks for.",
      object(
        "",
        {
          first: text("is the font asked for.", { max: limits.fontNameCharacters }),
          fallback: list("are the fonts to use instead.", fontName, { max: limits.fallbackFonts }),
          elements: list("are the elements that ask for it.", fontName, {
            max: limits.fontElements,
          }),
        },
        { required: ["first", "fallback", "elements"] },
      ),
      { max: limits.fonts },
    ),
    responseStatusCode: integer("is the HTTP status that the page's host answered with.", {
      min: 100,
      max: 999,
    }),
    responseHeaders: map(
      "are the headers that the page's host answered with, names in lower case.",
      text("", { min: 0, max: limits.headerValueCharacters }),
      limits.headers,
    ),
    content: object(
      "is the page's content, which lies beside the picture, under the picture's key with the ending html or md.",
      {
        format: word("is its form.", ["HTML", "Markdown"]),
        sizeBytes: integer("is its length.", { min: 0, max: Number.MAX_SAFE_INTEGER }),
      },
      { required: ["format", "sizeBytes"] },
    ),
  },
);

export type PageMetadata = Stored<typeof pageMetadata>;

/** A font that the page asks for, those to use instead of it, and the elements (such as h1) that ask for it. */
export type FontUse = NonNullable<PageMetadata["fonts"]>[number];
