import type { PageSession } from "./page-session.ts";

/** All lengths in inches. */
export interface PrintOptions {
  paperWidth: number;
  paperHeight: number;
  landscape: boolean;
  printBackground: boolean;
  margins: { top: number; right: number; bottom: number; left: number };
}

/** Prints the document as PDF. */
export async function printDocument(
  page: PageSession,
  { margins, ...paper }: PrintOptions,
  signal: AbortSignal,
): Promise<Buffer> {
  const { data: base64 } = await page.callOnDocument(
    "Page.printToPDF",
    {
      ...paper,
      marginTop: margins.top,
      marginRight: margins.right,
      marginBottom: margins.bottom,
      marginLeft: margins.left,
    },
    signal,
  );
  return Buffer.from(base64, "base64");
}
