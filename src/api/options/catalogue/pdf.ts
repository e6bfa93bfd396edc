import type { CaptureOption } from "../capture-option.ts";
import type { TextValue } from "../option-value.ts";

const paperWords = {
  a0: "A0",
  a1: "A1",
  a2: "A2",
  a3: "A3",
  a4: "A4",
  a5: "A5",
  a6: "A6",
  legal: "Legal",
  letter: "Letter",
  tabloid: "Tabloid",
} as const;

const length: TextValue = {
  type: "string",
  minLength: 1,
  maxLength: 16,
  rules: [
    {
      must: "match",
      pattern: "^[0-9]{1,4}(\\.[0-9]{1,3})?(px|mm|cm|in)?$",
      message: "must be a number with a unit (px, mm, cm or in), such as '10mm'",
    },
  ],
};

/** How a page becomes a PDF document. */
export const pdfOptions: readonly CaptureOption[] = [
  {
    path: "pdf.printBackground",
    text: "says whether background colours and images are printed.",
    value: { type: "boolean", default: false },
    http: { name: "pdf_print_background", type: "boolean", endpoint: "take" },
  },
  {
    path: "pdf.fitOnePage",
    text: "says whether the document is one page, as wide as the viewport, or as its content if that is wider, and as long as needed, instead of pages of `paperFormat`.",
    value: { type: "boolean", default: false },
    http: {
      ...({ name: "pdf_fit_one_page", type: "boolean", endpoint: "take" } as const),
      text: "says whether the document is one page, as wide as the viewport, or as its content if that is wider, and as long as needed, instead of pages of `pdf_paper_format`.",
    },
  },
  {
    path: "pdf.landscape",
    text: "says whether the paper is in landscape orientation.",
    value: { type: "boolean", default: false },
    http: { name: "pdf_landscape", type: "boolean", endpoint: "take" },
  },
  {
    path: "pdf.paperFormat",
    text: "is the size of the paper. It wins over the `@page` rules of the document.",
    value: { type: "word", words: Object.values(paperWords), default: "A4" },
    http: { name: "pdf_paper_format", type: "string", endpoint: "take", words: paperWords },
  },
  {
    path: "pdf.margin",
    text: "is the margin on all four sides, such as 10mm. Unless given, the document's own (`@page`), or none.",
    value: length,
    http: { name: "pdf_margin", type: "string", endpoint: "take" },
  },
  ...(["Top", "Right", "Bottom", "Left"] as const).map((side) => ({
    path: `pdf.margin${side}`,
    text: `is the margin on the ${side.toLowerCase()} side. \`margin\` unless given.`,
    value: length,
    http: {
      name: `pdf_margin_${side.toLowerCase()}`,
      ...({ type: "string", endpoint: "take" } as const),
      text: `is the margin on the ${side.toLowerCase()} side. \`pdf_margin\` unless given.`,
    },
  })),
];
