import assert from "node:assert/strict";
import { test } from "node:test";
import { bareHostOf, mayVisitURL, portOf } from "./url-policy.ts";
import type { VisitOptions } from "./url-policy.ts";
import { isPortAllowed } from "./target-ports.ts";
import { parseTargetEntries } from "./address-policy.ts";

const publicTargetsOnly = { allow: [], deny: [], clusterDomain: "cluster.local" };

function messageOf(url: string, options?: VisitOptions): string {
  const verdict = mayVisitURL(url, options);
  return verdict.allowed ? "" : verdict.message;
}

test("ordinary pages may be visited, on any port that browsers open", () => {
  for (const url of [
    "https://example.com/",
    "http://example.com:8080/a?b#c",
    "HTTPS://EXAMPLE.COM",
    "https://bücher.example/",
    "http://example.com.:8443/",
    "http://8.8.8.8/",
    "http://[2606:4700::1111]:3000/",
  ])
    assert.equal(messageOf(url, { rules: publicTargetsOnly }), "", url);
});

test("schemes other than http and https are named and refused", () => {
  for (const url of [
    "file:///etc/passwd",
    "view-source:http://x/",
    "ftp://example.com/",
    "javascript:alert(1)",
    "data:text/html,x",
    "chrome://version",
    "about:blank",
    "ws://example.com/",
    "blob:http://x/1",
  ])
    assert.match(
      messageOf(url),
      /^The address begins with "[a-z-]+:"; only http: and https: may be visited$/,
      url,
    );
});

test("addresses that are no URL, too long, with credentials or without a host are refused with what to do", () => {
  assert.match(messageOf("example.com"), /not a valid URL; write it as https:\/\/host\/path/);
  assert.match(messageOf("http://1.2.3.256/"), /not a valid URL/);
  assert.match(messageOf("http://exa mple.com/"), /not a valid URL/);
  assert.match(
    messageOf(`https://example.com/${"a".repeat(5000)}`),
    /has 5020 characters; at most 4096/,
  );
  assert.match(messageOf("https://user@example.com/"), /remove the part before '@'/);
  assert.match(messageOf("https://:pass@example.com/"), /remove the part before '@'/);
  assert.match(messageOf("https://example.com../"), /no valid host name/);
  assert.match(messageOf("https://./"), /no valid host name|not a valid URL/);
});

test("a message never repeats path, query or credentials", () => {
  for (const url of [
    "https://user:hush@example.com/hush?hush",
    "http://127.0.0.1/hush?hush=1",
    "http://example.com:25/hush",
    "ftp://example.com/hush",
  ])
    assert.doesNotMatch(messageOf(url, { rules: publicTargetsOnly }), /hush/, url);
});

const loopbackForms = [
  "http://127.0.0.1/",
  "http://127.1/",
  "http://0x7f.1/",
  "http://0x7f000001/",
  "http://2130706433/",
  "http://0177.0.0.1/",
  "http://017700000001/",
  "http://①②⑦.0.0.1/",
  "http://127。0。0。1/",
  "http://127.0.0.1./",
  "http://localhost/",
  "http://LOCALHOST./",
  "http://a.localhost:8080/",
  "http://[::1]/",
  "http://[::ffff:127.0.0.1]/",
  "http://[::ffff:7f00:1]/",
  "http://[::127.0.0.1]/",
  "http://[64:ff9b::7f00:1]/",
  "http://[2002:7f00:1::]/",
  "http://0/",
  "http://0.0.0.0/",
  "http://[::]/",
];

test("every way to write loopback is refused, with the switch that would allow it", () => {
  for (const url of loopbackForms)
    assert.match(
      messageOf(url, { rules: publicTargetsOnly }),
      /is not public.*STILLS_EGRESS_ALLOW_CIDRS/,
      url,
    );
});

test("a host that is an address is left to the egress proxy when the rules are not known", () => {
  for (const url of loopbackForms) assert.equal(messageOf(url), "", url);
});

test("an allowed block is allowed in every spelling, on its port only", () => {
  const rules = { ...publicTargetsOnly, allow: parseTargetEntries(["127.0.0.0/8:8080"]) };
  for (const url of [
    "http://127.0.0.1:8080/",
    "http://0x7f.1:8080/",
    "http://[::ffff:7f00:1]:8080/",
    "http://localhost:8080/",
    "http://localhost.:8080/",
  ])
    assert.equal(messageOf(url, { rules }), "", url);
  for (const url of ["http://127.0.0.1/", "http://localhost:8081/", "http://[::1]:8080/"])
    assert.match(messageOf(url, { rules }), /is not public/, url);
});

test("an internal name is refused whatever addresses are allowed, and left to the egress proxy without rules", () => {
  const rules = { ...publicTargetsOnly, allow: parseTargetEntries(["0.0.0.0/0", "::/0"]) };
  for (const url of [
    "http://KUBERNETES./",
    "https://nats.stills。svc/",
    "https://wiki.internal/",
  ]) {
    assert.match(messageOf(url, { rules }), /^The host name [a-z.]+ is internal, so it may not be/);
    assert.equal(messageOf(url), "", url);
  }
});

test("where https is demanded, the switch that would allow http is named", () => {
  const options = { httpSwitch: "STILLS_WEBHOOK_ALLOW_HTTP" } as const;
  assert.match(
    messageOf("http://hooks.example.com/x", options),
    /hooks\.example\.com must begin with https:.*STILLS_WEBHOOK_ALLOW_HTTP=true/,
  );
  assert.equal(messageOf("https://hooks.example.com/x", options), "");
});

test("ports that browsers block are refused by number", () => {
  assert.equal(
    messageOf("http://example.com:6000/"),
    "Port 6000 of example.com may not be visited; browsers block it",
  );
  assert.equal(
    messageOf("http://example.com:22/"),
    "Port 22 of example.com may not be visited; browsers block it",
  );
  assert.match(messageOf("http://example.com:0/"), /Port 0/);
});

test("the blocked ports are those of the fetch standard as Node's own fetch has them", async () => {
  for (let port = 1; port <= 11_000; port += 1) {
    // Whole stretches without any blocked port are sampled only.
    if (port > 1100 && isPortAllowed(port) && port % 97 !== 0) continue;
    assert.equal(isPortAllowed(port), !(await isBadPortForFetch(port)), `port ${port}`);
  }
  for (const port of [-1, 1.5, 65_536, Number.NaN]) assert.equal(isPortAllowed(port), false);
  assert.equal(isPortAllowed(65_535), true);
});

test("host and port are those that are looked up and dialled", () => {
  const rows: [string, string, number][] = [
    ["https://Example.COM./", "example.com", 443],
    ["http://[::1]:81/", "::1", 81],
    ["http://x/", "x", 80],
    ["wss://x/", "x", 443],
  ];
  for (const [text, host, port] of rows) {
    assert.equal(bareHostOf(new URL(text)), host);
    assert.equal(portOf(new URL(text)), port);
  }
});

/** Nothing is ever sent: a bad port is refused before connecting, and no system connects TCP to the broadcast address. */
async function isBadPortForFetch(port: number): Promise<boolean> {
  try {
    await fetch(`http://255.255.255.255:${port}/`);
  } catch (thrown) {
    const cause = thrown instanceof Error ? thrown.cause : undefined;
    return cause instanceof Error && cause.message === "bad port";
  }
  return false;
}
