/**
 * Addresses as people write them to say which ones they mean:
 * - `example.com`, `127.0.0.1:8080`: a host and all hosts below it, with the port if there is one;
 * - anything with `/` or `*`: the whole address, with or without its scheme; `*` stands for any text.
 */
export class AddressPattern {
  readonly #pattern: string;
  readonly #isHost: boolean;

  constructor(pattern: string) {
    this.#pattern = pattern;
    this.#isHost = !/[/*?]/.test(pattern);
  }

  /** Of http and https addresses only. */
  matches(address: string): boolean {
    const url = URL.parse(address);
    if (url === null || !["http:", "https:"].includes(url.protocol)) return false;
    if (this.#isHost) return this.#matchesHost(url);
    const { href } = url;
    const withoutScheme = href.slice(url.protocol.length + 2);
    const forms = [href, withoutScheme, href.replace(/\/$/, ""), withoutScheme.replace(/\/$/, "")];
    return forms.some((form) => matchesWildcard(this.#pattern, form));
  }

  /** As Chromium writes patterns (`*`, `?`, `\\`); matches at least whatever `matches` does. */
  get coarse(): string {
    const escaped = this.#pattern.replaceAll(/[\\?]/g, String.raw`\$&`);
    return `*${escaped}*`;
  }

  #matchesHost({ hostname, host }: URL): boolean {
    const wanted = this.#pattern.toLowerCase();
    return [hostname, host].some((one) => one === wanted || one.endsWith(`.${wanted}`));
  }
}

/** Whether `*` for any text makes the pattern the text. Goes back to the last `*` only, so it is never slower than n times m. */
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
