const longestMessageCharacters = 600;

/** A message as a header value: one line of printable ASCII. The body has the original. */
export function headerText(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[^\x20-\x7e]/gu, "?")
    .slice(0, longestMessageCharacters)
    .trim();
}
