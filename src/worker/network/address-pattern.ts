/**
 * A pattern for URLs:
 * - `example.com`, `127.0.0.1:8080`: a host and all its subdomains, with the port if there is one;
 * - anything with `/` or `*`: the whole URL, with or without its scheme; `*` stands for any text.
 */
export class AddressPattern {
  readonly #pattern: string;
  readonly #isHost: boolean;

  constructor(pattern: string) {
    this.#pattern = pattern;
    this.#isHost = !/[/*?]/.test(pattern);
  }

  /** Whether an http or https URL matches; other URLs never do. */
  matches(address: string): boolean {
    const url = URL.parse(address);
    if (url === null || !["http:", "https:"].includes(url.protocol)) return false;
    if (this.#isHost) return this.#matchesHost(url);
    const { href } = url;
    const withoutScheme = href.slice(url.protocol.length + 2);
    const forms = [href, withoutScheme, href.replace(/\/$/, ""), withoutScheme.replace(/\/$/, "")];
    return forms.some((form) => matchesWildcard(this.#pattern, form));
  }

  /** In Chromium's syntax (`*`, `?`, `\\`): matches at least every URL that `matches` accepts. */
  get chromiumPattern(): string {
    const escaped = this.#pattern.replaceAll(/[\\?]/g, String.raw`\$&`);
    return `*${escaped}*`;
  }

  #matchesHost({ hostname, host }: URL): boolean {
    const wanted = this.#pattern.toLowerCase();
    return [hostname, host].some((one) => one === wanted || one.endsWith(`.${wanted}`));
  }
}

/** Matches with `*` for any text. It backtracks to the last `*` only, so the time is at most the product of both lengths. */
function matchesWildcard(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let index = 0; index < text.length;) {
    if (pattern[at] === "*") {
      star = at++;
      resume = index;
    } else if (pattern[at] === text[index]) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      index = ++resume;
    } else return false;
  }
  while (pattern[at] === "*") at += 1;
  return at === pattern.length;
}
