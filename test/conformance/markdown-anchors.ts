/** The anchors that GitHub gives the headings of a page, in order. */
export function anchorsOf(page: string): string[] {
  const seen = new Map<string, number>();
  return headingsOf(page).map((heading) => {
    const anchor = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
      .replaceAll(" ", "-");
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
}

/** Texts of headings; lines of code blocks that begin with # are none. */
function headingsOf(page: string): string[] {
  let fenced = false;
  return page.split("\n").flatMap((line) => {
    if (line.startsWith("```")) fenced = !fenced;
    const heading = fenced ? undefined : /^#{1,6} +(.+?)\s*$/.exec(line)?.[1];
    return heading === undefined ? [] : [heading];
  });
}
