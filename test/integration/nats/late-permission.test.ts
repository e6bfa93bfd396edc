import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { findBinary } from "../../../src/local/servers/find-binary.ts";
import { findFreePort } from "../../../src/local/servers/free-port.ts";
import { createNatsServer, type NatsServer } from "../../../src/local/servers/nats-server.ts";
import { createNats, type Nats } from "../../../src/platform/nats/connection.ts";
import { sendRequest, serveRequests } from "../../../src/platform/nats/request-reply.ts";
import { eventually } from "../../support/eventually.ts";
import { keepLog, type KeptLog } from "./nats-fixture.ts";

/** As in an upgrade: a new controller meets a NATS server that still has its earlier configuration. */

const subject = "stills.v1.ask.upload";
const signal = new AbortController().signal;

async function connect(url: string, user: string, log: KeptLog): Promise<Nats> {
  const nats = createNats({
    url,
    user,
    password: "secret",
    name: user,
    inboxPrefix: "_INBOX",
    log,
  });
  await nats.start(AbortSignal.timeout(60_000));
  return nats;
}

test("a service that the server did not permit answers after a restart of the server that permits it", async () => {
  await using cleanup = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "stills-test-nats-"));
  cleanup.defer(() => rm(directory, { recursive: true, force: true }));
  const binary = await findBinary("nats-server", { report: console.error });
  const port = await findFreePort();
  const serverWhose = async (subscribe: string[]): Promise<NatsServer> => {
    const permissions = { publish: [], subscribe: ["_INBOX.>", ...subscribe], mayRespond: true };
    const users = [
      { user: "asker", password: "secret" },
      { user: "replica", password: "secret", permissions },
    ];
    return await createNatsServer({ binary, directory, users, port });
  };
  const earlier = await serverWhose([]);
  cleanup.defer(() => earlier.process.stop());
  await earlier.process.start(signal);
  const log = keepLog();
  const replica = await connect(earlier.url, "replica", log);
  cleanup.defer(() => replica.stop());
  const asker = await connect(earlier.url, "asker", keepLog());
  cleanup.defer(() => asker.stop());
  cleanup.defer(serveRequests(replica, subject, "controllers", async () => "heard"));
  await eventually("the server has refused it", () =>
    log.lines.some(({ message }) => message === "NATS refused"),
  );

  await earlier.process.kill();
  const later = await serverWhose([subject]);
  cleanup.defer(() => later.process.stop());
  await later.process.start(signal);

  assert.equal(await sendRequest(asker, subject, {}, { timeoutMilliseconds: 60_000 }), "heard");
});
