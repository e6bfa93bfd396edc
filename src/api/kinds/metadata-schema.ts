import { metadataLimits as limits } from "../messages/page-metadata.ts";
import { integer, list, map, object, text, word, type Schema } from "./schema.ts";

/** `status.metadata`. */
export function metadataSchema(): Schema {
  const name = text("", { max: limits.fontNameCharacters });
  return object("is what `spec.metadata` asked for, as far as the page has it.", {
    pageTitle: text("is the title of the page.", { max: limits.titleCharacters }),
    openGraph: object("is what the page says of itself to Open Graph.", {
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
      "are the fonts that the page's texts ask for.",
      object(
        "",
        {
          first: text("is the font asked for.", { max: limits.fontNameCharacters }),
          fallback: list("are those to use instead.", name, { max: limits.fallbackFonts }),
          elements: list("are the elements that ask for it.", name, { max: limits.fontElements }),
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
  });
}
