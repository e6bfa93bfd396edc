/**
 * Whether a host name is one of those meant. `example.com` means itself, `.example.com` and `*.example.com` everything below it, and
 * `*` stands for any characters wherever else it is.
 */
export function matchesHost(patterns: readonly string[], host: string): boolean {
  const name = normal(host);
  return patterns.some((pattern) => matches(normal(pattern), name));
}

function matches(pattern: string, name: string): boolean {
  if (pattern.startsWith(".")) return name.endsWith(pattern) && name.length > pattern.length;
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return name === pattern;
  if (!name.startsWith(first)) return false;
  // Piece by piece, each at its first place: no pattern makes this slow.
  let at = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return name.length - at >= last.length && name.endsWith(last);
}

function normal(host: string): string {
  return host.toLowerCase().replace(/^\[|\]$|\.$/g, "");
}
