/** A part of a page that the window shows after it was scrolled. */
export interface Section {
  topPixels: number;
  heightPixels: number;
}

/** More pixels of the device in one section take much memory at once. */
const largestSectionPixels = 16_000_000;

/** Height of a window whose picture takes little memory, in CSS pixels. */
export function sectionHeight(
  wantedPixels: number,
  { widthPixels, deviceScalePercent }: { widthPixels: number; deviceScalePercent: number },
): number {
  const scale = deviceScalePercent / 100;
  const most = Math.floor(largestSectionPixels / (widthPixels * scale * scale));
  return Math.max(1, Math.min(wantedPixels, most));
}

/** The sections of a page, each next to the one before; the last may be lower. */
export function planSections(pagePixels: number, sectionPixels: number): Section[] {
  const sections: Section[] = [];
  for (let topPixels = 0; topPixels < pagePixels; topPixels += sectionPixels)
    sections.push({ topPixels, heightPixels: Math.min(sectionPixels, pagePixels - topPixels) });
  return sections;
}
