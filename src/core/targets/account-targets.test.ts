import assert from "node:assert/strict";
import { test } from "node:test";
import {
  connectionRefusal,
  documentRefusal,
  parseAccountTargets,
  targetsProblem,
} from "./account-targets.ts";

/** Whether documents of these addresses may be shown. */
function shown(
  targets: { allow?: string[]; deny?: string[] },
  addresses: readonly string[],
): string[] {
  const parsed = parseAccountTargets(targets);
  return addresses.filter((address) => documentRefusal(address, parsed) === undefined);
}

/** Every way of writing one host, beside one that is another host. */
const spellings: [entry: string, same: string[], others: string[]][] = [
  [
    "example.com",
    [
      "https://example.com/",
      "http://EXAMPLE.com:8443/a?b#c",
      "https://example.com./",
      "https://example%2ecom/",
      "https://example。com/",
      "https://ＥＸＡＭＰＬＥ.com/",
      "https://user:pass@example.com/",
      "https:/\\example.com/",
    ],
    [
      "https://www.example.com/",
      "https://example.com.evil.test/",
      "https://notexample.com/",
      "https://example.org/?example.com",
      "https://example.com@evil.test/",
    ],
  ],
  [
    "*.example.com",
    ["https://www.example.com/", "https://a.b.EXAMPLE.com.:444/"],
    ["https://example.com/", "https://evil-example.com/", "https://www.example.com.evil.test/"],
  ],
  [
    "xn--mnchen-3ya.example",
    ["https://münchen.example/", "https://MÜNCHEN.example/", "https://xn--mnchen-3ya.example/"],
    ["https://munchen.example/"],
  ],
  [
    "127.0.0.1",
    [
      "http://127.0.0.1/",
      "http://127.1/",
      "http://0x7f.1/",
      "http://0x7f000001/",
      "http://2130706433/",
      "http://0177.0.0.1/",
      "http://127.0.0.1./",
      "http://[::ffff:127.0.0.1]:8080/",
      "http://[::ffff:7f00:1]/",
      "http://[64:ff9b::7f00:1]/",
    ],
    ["http://127.0.0.2/", "http://[::1]/", "http://127.0.0.1.example.com/"],
  ],
  ["0x7f.1", ["http://127.0.0.1/"], ["http://127.0.1.1/"]],
  [
    "198.51.100.0/24",
    ["http://198.51.100.7/", "http://0xc6.51.25607/", "http://[::ffff:c633:6407]/"],
    ["http://198.51.101.7/", "http://198.51.100.7.example.com/"],
  ],
  [
    "2001:db8::/32",
    ["http://[2001:db8::1]/", "http://[2001:DB8:0:0::1]:81/"],
    ["http://[2001:db9::1]/"],
  ],
];

for (const [entry, same, others] of spellings) {
  test(`deny ${entry} refuses every spelling of it, and nothing else`, () => {
    assert.deepEqual(shown({ deny: [entry] }, [...same, ...others]), others);
  });

  test(`allow ${entry} lets nothing else in`, () => {
    assert.deepEqual(shown({ allow: [entry] }, [...same, ...others]), same);
  });
}

test("what is denied is refused although it is allowed; an empty list allows nothing", () => {
  const both = { allow: ["*.example.com"], deny: ["admin.example.com"] };
  const addresses = ["https://www.example.com/", "https://admin.example.com/"];
  assert.deepEqual(shown(both, addresses), addresses.slice(0, 1));
  assert.deepEqual(shown({ allow: [] }, addresses), []);
  assert.deepEqual(shown({}, addresses), addresses);
});

test("documents without a host belong to the page that makes them", () => {
  const inside = ["about:blank", "about:srcdoc", "data:text/html,x", "blob:https://a.test/1"];
  assert.deepEqual(shown({ allow: [] }, inside), inside);
});

test("only what is denied is refused a connection: a page's parts may come from anywhere else", () => {
  const targets = parseAccountTargets({ allow: ["example.com"], deny: ["*.evil.test"] });
  assert.equal(connectionRefusal("cdn.test", targets), undefined);
  for (const host of ["a.evil.test", "A.EVIL.test", "a.evil.test.", "a.evil.test.."])
    assert.match(connectionRefusal(host, targets) ?? "", /^This account may not visit a\./i);
  const range = parseAccountTargets({ deny: ["2001:db8::/32"] });
  assert.match(connectionRefusal("[2001:db8::1]", range) ?? "", /may not visit/);
});

test("an entry that means nothing is named with its list", () => {
  const invalid = [
    "10.0.0.1/8",
    "10.0.0.0/33",
    "256.1.1.1",
    "a..b",
    "*.10.0.0.1",
    "*.1",
    "fe80/64",
  ];
  for (const entry of invalid) {
    const problem = targetsProblem({ allow: ["example.com"], deny: ["a.test", entry] }) ?? "";
    assert.ok(problem.startsWith(`\`targets.deny\` has '${entry}', which is neither`), entry);
    assert.match(targetsProblem({ allow: [entry] }) ?? "", /^`targets\.allow` has/);
  }
  assert.equal(targetsProblem({ allow: ["a.test", "::/0"], deny: ["0.0.0.0/0"] }), undefined);
  assert.equal(targetsProblem(undefined), undefined);
});
