import { httpOptions } from "../../../src/api/options/http-options.ts";
import { unsupportedOptions } from "../../../src/api/options/unsupported-options.ts";

/** A request as the bytes that go over the connection. */
export interface RandomCall {
  method: string;
  bytes: Buffer;
}

/** Numbers from 0 up to, but not including, 1: the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const knownNames = [...httpOptions.map(({ http }) => http.name), ...unsupportedOptions.keys()];
const strangeNames = [
  "",
  "__proto__",
  "constructor",
  "toString",
  "urL",
  "url[]",
  "größe",
  "a.b",
  "\0",
];

const texts = [
  ...["", " ", "true", "FALSE", "0", "1", "-1", "1e3", "1e999", "NaN", "Infinity", "0x10", "png"],
  ...["https://example.com/", "http://[::1]/", "https://a b", "https://ü.example/", "//x", "a;b"],
  ...["https://user:pass@example.com", "javascript:alert(1)", "file:///etc/passwd", "a=b; Path=/"],
  ...["Name: value", "Name:\r\nOther: value", "#a", "a[", "*", "load", "iphone_13", "10px", "\0"],
  ...[
    "\u{1f600}",
    "\ud800",
    "\u202e",
    "é".repeat(300),
    "x".repeat(5000),
    "${7*7}",
    "%00",
    "../../x",
  ],
  ...[
    "{}",
    "[]",
    "null",
    "undefined",
    "Europe/Berlin",
    "shots/today",
    "json",
    "empty",
    "by_format",
  ],
];
const numbers = [0, -0, 1, -1, 1.5, 100, 800, 4096, 1e6, 2 ** 31, 2 ** 53, 1e308, -1e308, 1e-9];

/** Makes one call after the other from a source of random numbers. */
export class RandomCalls {
  readonly #random: () => number;
  readonly #accessKey: string;

  constructor(random: () => number, accessKey: string) {
    this.#random = random;
    this.#accessKey = accessKey;
  }

  next(): RandomCall {
    const method = this.#one(["GET", "GET", "POST", "POST", "POST", "HEAD"]);
    return method === "POST" ? this.#post() : this.#get(method);
  }

  #get(method: string): RandomCall {
    const pairs = Object.entries(this.#options()).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map(
        (one) => `${this.#escape(name)}=${this.#escape(textOf(one))}`,
      ),
    );
    // Every call that may be valid is asynchronous: nothing here takes pictures.
    const query = [`access_key=${this.#accessKey}`, "async=true", ...pairs].join("&");
    return { method, bytes: this.#request(method, `/take?${query}`, {}, Buffer.alloc(0)) };
  }

  #post(): RandomCall {
    const body = this.#damaged(
      Buffer.from(JSON.stringify({ ...this.#options(), access_key: this.#accessKey, async: true })),
    );
    const headers = {
      "content-type": this.#one([
        ...Array.from({ length: 6 }, () => "application/json"),
        ...["application/json; charset=utf-8", "application/json; charset=latin1", "text/plain"],
        ...["application/x-www-form-urlencoded", "", "multipart/form-data"],
      ]),
      ...(this.#chance(0.05) && { "content-encoding": this.#one(["gzip", "br", "x"]) }),
      ...(this.#chance(0.1) && { "idempotency-key": this.#one(["a", "", "é", "k".repeat(300)]) }),
    };
    return { method: "POST", bytes: this.#request("POST", "/take", headers, body) };
  }

  #options(): Record<string, unknown> {
    const source = this.#chance(0.8) ? { url: "https://example.com/" } : {};
    const count = Math.floor(this.#random() * 5);
    const others = Array.from({ length: count }, () => [this.#name(), this.#value(2)] as const);
    return { ...source, ...Object.fromEntries(others) };
  }

  #name(): string {
    return this.#one(this.#chance(0.9) ? knownNames : strangeNames);
  }

  #value(depth: number): unknown {
    const makers: (() => unknown)[] = [
      () => this.#one(texts),
      () => this.#one(texts),
      () => this.#one(numbers),
      () => this.#chance(0.5),
      () => null,
      () => Array.from({ length: Math.floor(this.#random() * 4) }, () => this.#deeper(depth)),
      () => ({ [this.#one(strangeNames)]: this.#deeper(depth) }),
    ];
    return this.#one(makers)();
  }

  #deeper(depth: number): unknown {
    return depth > 0 ? this.#value(depth - 1) : this.#one(texts);
  }

  /** Percent-encoded as it should be, too little, or wrongly. */
  #escape(text: string): string {
    const whole = encodeURIComponent(text.toWellFormed());
    if (this.#chance(0.9)) return whole;
    return this.#one([whole.replaceAll("%20", "+"), `${whole}%`, `${whole}%FF%FE`, `%ZZ${whole}`]);
  }

  /** A body that is cut, has other bytes in it, or is no JSON at all. */
  #damaged(body: Buffer): Buffer {
    if (this.#chance(0.8)) return body;
    const at = Math.floor(this.#random() * body.length);
    return this.#one([
      body.subarray(0, at),
      Buffer.concat([body.subarray(0, at), Buffer.from([0xff, 0xfe, 0x00]), body.subarray(at)]),
      Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]),
      Buffer.from("[".repeat(5000)),
      Buffer.from(`{"url":${"[".repeat(500)}${"]".repeat(500)}}`),
      Buffer.from('{"url":"https://example.com/","url":null,"__proto__":{"async":false}}'),
      Buffer.alloc(0),
    ]);
  }

  #request(method: string, target: string, headers: Record<string, string>, body: Buffer): Buffer {
    const lines = [
      `${method} ${target} HTTP/1.1`,
      ...["host: gateway", "connection: close", `content-length: ${body.length}`],
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body]);
  }

  #one<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.#random() * values.length)] as Value;
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
