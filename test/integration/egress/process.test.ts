import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { Canary } from "./canary.ts";
import { aToken } from "./egress-fixture.ts";
import { EgressProcess } from "./egress-process.ts";
import { fetchThroughProxy, openTunnel, readHead } from "./proxy-client.ts";

test("the process serves, is ready, drains on SIGTERM and exits with 0", async () => {
  await using canary = await Canary.start();
  await using egress = await EgressProcess.start({
    STILLS_EGRESS_ALLOW_CIDRS: canary.authority,
    STILLS_EGRESS_LEAVE_SECONDS: "2",
  });
  const probes = await egress.untilLogged("Serving probes and metrics");
  const port = await egress.port();

  const ready = await fetch(`${String(probes["url"])}/readyz`);
  assert.equal(ready.status, 200);
  assert.equal(
    (await fetchThroughProxy(`${canary.url}/`, { port, token: aToken() })).body,
    "canary",
  );
  const metrics = await eventually("the tunnel's end is counted", async () => {
    const text = await (await fetch(`${String(probes["url"])}/metrics`)).text();
    return /stills_egress_tunnels_total\{class="page",outcome="Relayed"\} 1/.test(text) && text;
  });
  assert.match(
    metrics,
    /stills_egress_tunnels_total\{class="store",outcome="TargetNotAllowed"\} 0/,
  );

  const tunnel = await openTunnel(canary.authority, { port, token: aToken() });
  egress.signal("SIGTERM");
  await egress.untilLogged("Stopping");
  tunnel.socket.write("GET /during HTTP/1.1\r\nHost: x\r\n\r\n");
  assert.match(await readHead(tunnel.socket), /200 OK/);
  // Who has not heard yet that it is leaving gets a tunnel.
  assert.equal((await fetch(`${String(probes["url"])}/readyz`)).status, 503);
  assert.equal(
    (await fetchThroughProxy(`${canary.url}/`, { port, token: aToken() })).body,
    "canary",
  );
  tunnel.socket.destroy();
  assert.equal(await egress.exited, 0);
});
