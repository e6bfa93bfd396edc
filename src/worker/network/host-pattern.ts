/**
 * Whether a host name matches a pattern: `example.com` matches itself, `.example.com` and `*.example.com` match its subdomains,
 * and elsewhere `*` stands for any characters.
 */
export function matchesHost(patterns: readonly string[], host: string): boolean {
  const name = normalized(host);
  return patterns.some((pattern) => matches(normalized(pattern), name));
}

function matches(pattern: string, name: string): boolean {
  if (pattern.startsWith(".")) return name.endsWith(pattern) && name.length > pattern.length;
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return name === pattern;
  if (!name.startsWith(first)) return false;
  // Each piece at its first occurrence, without backtracking: no pattern makes this slow.
  let at = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return name.length - at >= last.length && name.endsWith(last);
}

function normalized(host: string): string {
  return host.toLowerCase().replace(/^\[|\]$|\.$/g, "");
}
