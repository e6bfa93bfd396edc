import type { PageSession } from "./page-session.ts";

/** All lengths in inches. */
interface PrintOptions {
  /** Width and height, the way round it is printed. The document's own `@page` rules win over it, as over the margins. */
  paper: readonly [number, number];
  printBackground: boolean;
  margins: { top: number; right: number; bottom: number; left: number };
}

/** Prints the document as PDF. */
export async function printDocument(
  page: PageSession,
  { paper: [paperWidth, paperHeight], margins, printBackground }: PrintOptions,
  signal: AbortSignal,
): Promise<Buffer> {
  const { data: base64 } = await page.callOnDocument(
    "Page.printToPDF",
    {
      paperWidth,
      paperHeight,
      printBackground,
      // Otherwise paper and orientation become a mixture of both.
      preferCSSPageSize: true,
      marginTop: margins.top,
      marginRight: margins.right,
      marginBottom: margins.bottom,
      marginLeft: margins.left,
    },
    signal,
  );
  return Buffer.from(base64, "base64");
}
