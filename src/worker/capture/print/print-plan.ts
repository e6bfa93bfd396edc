import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";

type PDFOptions = NonNullable<CaptureSpec["pdf"]>;

/** Width and height in inches. */
export type PaperSize = readonly [number, number];

const sides = ["top", "right", "bottom", "left"] as const;

/** In inches; undefined on sides of which the caller says nothing. */
export type Margins = Readonly<Record<(typeof sides)[number], number | undefined>>;

export const pixelsPerInch = 96;
/** Lengths are divided by these: a multiplied length may be a little too short, and Chromium rounds down to whole pixels. */
const unitsPerInch: Record<string, number> = {
  "": pixelsPerInch,
  px: pixelsPerInch,
  mm: 25.4,
  cm: 2.54,
  in: 1,
};

/** Upright (ISO 216; ANSI/ASME Y14.1). */
const papers: Record<PDFOptions["paperFormat"], PaperSize> = {
  A0: [33.1102, 46.811],
  A1: [23.3858, 33.1102],
  A2: [16.5354, 23.3858],
  A3: [11.6929, 16.5354],
  A4: [8.2677, 11.6929],
  A5: [5.8268, 8.2677],
  A6: [4.1339, 5.8268],
  Legal: [8.5, 14],
  Letter: [8.5, 11],
  Tabloid: [11, 17],
};

/** The paper that the options ask for, the way round they ask for. */
export function paperOf({ paperFormat, landscape }: PDFOptions): PaperSize {
  const [width, height] = papers[paperFormat];
  return landscape ? [height, width] : [width, height];
}

export function marginsOf(options: PDFOptions): Margins {
  return {
    top: inches(options.marginTop ?? options.margin),
    right: inches(options.marginRight ?? options.margin),
    bottom: inches(options.marginBottom ?? options.margin),
    left: inches(options.marginLeft ?? options.margin),
  };
}

/** Margins of a page that has none where the caller says nothing. */
export function allMarginsOf(options: PDFOptions): Record<(typeof sides)[number], number> {
  const { top = 0, right = 0, bottom = 0, left = 0 } = marginsOf(options);
  return { top, right, bottom, left };
}

/**
 * A style sheet with which paper and margins win over every `@page` rule of the document, also over those for first, left and named
 * pages. Margins of which the caller says nothing stay the document's.
 */
export function pageRule([width, height]: PaperSize, margins: Margins): string {
  const given = sides
    .filter((side) => margins[side] !== undefined)
    .map((side) => `margin-${side}: ${margins[side]}in !important;`);
  const declarations = `{ size: ${width}in ${height}in !important; ${given.join(" ")} }`;
  return ["", ":first", ":left", ":right", ":blank"]
    .map((kind) => `@page ${kind} ${declarations}`)
    .join("\n");
}

function inches(length: string | undefined): number | undefined {
  if (length === undefined) return undefined;
  const parts = /^([\d.]+)([a-z]*)$/.exec(length);
  return Number(parts?.[1] ?? 0) / (unitsPerInch[parts?.[2] ?? ""] ?? Infinity);
}
