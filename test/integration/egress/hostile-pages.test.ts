import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { isInNetworkNamespace, runInNetworkNamespace } from "../../support/network-namespace.ts";
import { UDPCanary } from "./canary.ts";
import type { RunningEgress } from "./egress-fixture.ts";
import { attackMethods } from "./hostile-page.ts";
import type { Prey } from "./hostile-page.ts";
import {
  evaluate,
  privateAddresses,
  publicAddresses,
  TestBrowser,
  World,
} from "./hostile-world.ts";
import type { VisitedPage } from "./hostile-world.ts";

const preys: Prey[] = [
  ...privateAddresses.map((address) => (address.includes(":") ? `[${address}]` : address)),
  ...[
    "127.0.0.1",
    "127.0.0.53",
    "localhost",
    "localhost.",
    "app.localhost",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:10.0.0.1]",
    "127.1",
    "0x7f.1",
    "0x7f000001",
    "2130706433",
    "0177.0.0.1",
    "167772161",
    "0xa9fea9fe",
    "012.0.0.1",
  ],
  ...["private.example", "private6.example", "mapped.example", "mixed.example", "mixed6.example"],
].map((host, at) => ({ host, word: `w${at}` }));

const everything = ["0.0.0.0/0", "::/0"];

if (isInNetworkNamespace()) defineTests();
else
  test("hostile pages, in a network namespace where all private addresses have canaries", async () => {
    await runInNetworkNamespace(import.meta.filename, [...publicAddresses, ...privateAddresses]);
  });

function defineTests(): void {
  test("a page reaches no private address by any means, and each of them if it is allowed", async () => {
    await using stun = await UDPCanary.start("0.0.0.0");
    await using world = await World.start(preys, stun.port);
    await using browser = await TestBrowser.launch();
    const attack = (egress: RunningEgress) =>
      browser.visit(egress, world.urlOf("site.example", "/hostile"), attacked);

    await using closed = await world.startEgress([]);
    await attack(closed);
    assert.ok(world.canary.paths.includes("/done"), "the page itself is public and was loaded");
    assert.deepEqual(world.hits(), []);
    assert.deepEqual(world.privateConnections(), []);
    assert.equal(stun.packets, 0);

    await using open = await world.startEgress(everything);
    await attack(open);
    const hits = new Set(world.hits());
    const missed = preys.flatMap(({ word, host }) =>
      attackMethods
        .filter((method) => !hits.has(`/hit/${word}/${method}`))
        .map((method) => `${host} by ${method}`),
    );
    assert.deepEqual(missed, []);
    assert.equal(stun.packets, 0);
  });

  test("a navigation to a private address, direct or by redirect, is refused by the proxy with its reason", async () => {
    await using world = await World.start(preys);
    await using browser = await TestBrowser.launch();
    await using closed = await world.startEgress([]);
    await using open = await world.startEgress(everything);
    for (const { host, word } of preys) {
      const direct = world.urlOf(host, `/hit/${word}/navigation`);
      const redirect = world.urlOf("site.example", `/redirect?to=${encodeURIComponent(direct)}`);
      for (const url of [direct, redirect]) {
        const refusal = await browser.visit(closed, url, ({ forwarder }) =>
          eventually(`${url} is refused`, () => forwarder.refusalOf(direct)),
        );
        assert.equal(refusal.reason, "TargetNotAllowed", url);
        assert.match(refusal.message, /STILLS_EGRESS_ALLOW_CIDRS/);
      }
      assert.deepEqual(world.hits(), []);
    }
    assert.deepEqual(world.privateConnections(), []);

    const [first] = preys;
    const direct = world.urlOf(first!.host, `/hit/${first!.word}/navigation`);
    const redirect = world.urlOf("site.example", `/redirect?to=${encodeURIComponent(direct)}`);
    for (const [at, url] of [direct, redirect].entries())
      await browser.visit(open, url, () =>
        eventually(`${url} reaches the canary`, () => world.hits().length > at),
      );
  });

  test("a page whose name moves to a private address between lookups reaches no server (DNS rebinding)", async () => {
    await using world = await World.start([]);
    await using browser = await TestBrowser.launch();
    const askAgain = `fetch("/rebind/fetch").then((answer) => answer.status, () => "no answer")`;
    await using closed = await world.startEgress([]);
    const askAgainFrom = async (url: string): Promise<[unknown, string | undefined]> =>
      await browser.visit(closed, url, async ({ session, forwarder }) => {
        await eventually(
          "the page's script runs",
          async () => (await evaluate(session, "location.pathname")) === new URL(url).pathname,
        );
        const seen = await evaluate(session, askAgain);
        return [seen, forwarder.refusalOf(url)?.reason];
      });
    const url = world.urlOf("rebind.example", "/last");
    assert.deepEqual(await askAgainFrom(url), ["no answer", "TargetNotAllowed"]);
    assert.ok(world.timesAsked("rebind.example") > 1);
    // As long as a connection is open it stays where it was when it was checked.
    const kept = world.urlOf("other-rebind.example", "/page");
    assert.deepEqual(await askAgainFrom(kept), [200, undefined]);
    assert.deepEqual(world.privateConnections(), []);

    await using open = await world.startEgress(everything);
    await browser.visit(open, url, ({ session }) =>
      eventually(
        "the same page reaches the inner address",
        async () => (await evaluate(session, askAgain)) === 200,
      ),
    );
    assert.deepEqual(new Set(world.privateConnections()), new Set(["::ffff:10.0.0.1"]));
  });

  test("a page at a public IPv6 address is reached without an allow list", async () => {
    await using world = await World.start([]);
    await using browser = await TestBrowser.launch();
    await using egress = await world.startEgress([]);
    await browser.visit(egress, world.urlOf("site6.example", "/page6"), () =>
      eventually("the page is asked for", () => world.canary.paths.includes("/page6")),
    );
  });

  test("WebRTC bypasses the proxy only without its flag", async () => {
    await using stun = await UDPCanary.start("0.0.0.0");
    await using world = await World.start([], stun.port);
    await using egress = await world.startEgress([]);
    const url = world.urlOf("site.example", "/stun");
    await using browser = await TestBrowser.launch();
    await browser.visit(egress, url, attacked);
    assert.equal(stun.packets, 0);

    await using careless = await TestBrowser.launch("*webrtc-ip-handling-policy=*");
    await careless.visit(egress, url, () =>
      eventually("the canary hears a STUN packet", () => stun.packets > 0),
    );
  });
}

/** Until the page has tried everything. */
async function attacked({ session }: VisitedPage): Promise<void> {
  await eventually(
    "the page has begun",
    async () => (await evaluate(session, "typeof globalThis.attack")) === "object",
  );
  // Rejects with the page's own error at once.
  assert.equal(await evaluate(session, "globalThis.attack"), "attacked");
}
