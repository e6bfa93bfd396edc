import assert from "node:assert/strict";
import { test } from "node:test";
import { checkLink, signLink } from "./signed-link.ts";

const key = "test-secret-key";

/** Recomputed with OpenSSL: `printf %s "$query" | openssl dgst -sha256 -hmac test-secret-key`. */
const vectors = [
  [
    "access_key=test-access-key&url=https%3A%2F%2Fexample.com%2F",
    "09059a610496e0cf3c2e80375dfa6d427ebdcc52c9305b5510de42b0bbc3924d",
  ],
  [
    "url=https%3A%2F%2Fexample.com%2F&access_key=test-access-key",
    "d12b92f93b0aadbbb3174df9d6934250d8cbf75c3086b1b24549a71dfbd6849a",
  ],
  [
    "access_key=test-access-key&html=%3Ch1%3EHi+there%3C%2Fh1%3E&format=png",
    "9a332cad6acfd5616a103f455e9169118633001b36bed75b47d5e79a03784844",
  ],
  [
    "access_key=test-access-key&html=%3Ch1%3EHi%20there%3C%2Fh1%3E&format=png",
    "92814edea42601092bf0ddb73fd35eb636b7f2aba6c6c88e73f2fe118b08f17d",
  ],
  [
    "access_key=test-access-key&url=https://example.com&hide_selectors=.a&hide_selectors=.b",
    "7d3e68c2064bf430d72c2b159900388f3192c4dd247a425fe21596829bd69d60",
  ],
] as const;

for (const [query, signature] of vectors)
  test(`the published signature of ${query} is valid, over the raw query`, () => {
    assert.equal(signLink(query, key), signature);
    assert.equal(checkLink(`${query}&signature=${signature}`, [key]), "Valid");
    assert.equal(checkLink(`${query}x&signature=${signature}`, [key]), "Invalid");
    assert.equal(checkLink(`${query}&signature=${signature}`, ["another"]), "Invalid");
  });

test("during a rotation the previous key still signs", () => {
  const query = "url=https://example.com";
  assert.equal(checkLink(`${query}&signature=${signLink(query, "old")}`, ["new", "old"]), "Valid");
});

test("a query without signature is unsigned", () => {
  assert.equal(checkLink("url=https://example.com", [key]), "Unsigned");
  assert.equal(checkLink("", [key]), "Unsigned");
});

test("a signature that is not last, not once, or not 64 hexadecimal digits is invalid", () => {
  const query = "url=https://example.com";
  const good = `signature=${signLink(query, key)}`;
  for (const raw of [
    `${good}&${query}`,
    `${query}&${good}&${good}`,
    `${query}&${good}&cache=true`,
    `${query}&${good.toUpperCase().replace("SIGNATURE", "signature")}`,
    `${query}&signature=`,
    `${query}&signature`,
    `${query}&signature=${"é".repeat(64)}`,
  ])
    assert.equal(checkLink(raw, [key]), "Invalid", raw);
});
