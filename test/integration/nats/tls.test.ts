import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { inboxPrefix } from "../../../src/api/rights/nats-permissions.ts";
import { findBinary } from "../../../src/local/servers/find-binary.ts";
import { createNatsServer } from "../../../src/local/servers/nats-server.ts";
import { createServerCertificate } from "../../../src/platform/certificates/server-certificate.ts";
import type { ServerCertificate } from "../../../src/platform/certificates/server-certificate.ts";
import { createNats } from "../../../src/platform/nats/connection.ts";
import type { Nats } from "../../../src/platform/nats/connection.ts";
import type { NatsOptions } from "../../../src/platform/nats/nats-options.ts";
import { eventually } from "../../support/eventually.ts";
import { startNATS } from "../../support/servers.ts";
import { keepLog } from "./nats-fixture.ts";

const never = new AbortController().signal;
const user = "admin";
const password = "hidden-from-strangers";

function certificateFor(host: string, previousAuthorityPEM?: string): ServerCertificate {
  const validity = { nowMilliseconds: Date.now(), lifetimeDays: 30 };
  return createServerCertificate([host], validity, previousAuthorityPEM);
}

/** A nats-server with TLS, and a client's file with the authorities. */
async function startWorld(certificate: ServerCertificate) {
  await using unfinished = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "stills-test-nats-tls-"));
  unfinished.defer(() => rm(folder, { recursive: true, force: true }));
  const [certificateFile, keyFile, caFile] = ["tls.crt", "tls.key", "ca.crt"].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const show = async ({ certificatePEM, privateKeyPEM }: ServerCertificate): Promise<void> => {
    await writeFile(certificateFile, certificatePEM);
    await writeFile(keyFile, privateKeyPEM, { mode: 0o600 });
  };
  const trust = ({ authorityPEM }: ServerCertificate) => writeFile(caFile, authorityPEM);
  await show(certificate);
  await trust(certificate);
  const server = await createNatsServer({
    binary: await findBinary("nats-server", { report: (line) => console.error(line) }),
    directory: join(folder, "server"),
    users: [{ user, password }],
    tls: { certificateFile, keyFile },
  });
  await server.process.start(never);
  unfinished.defer(() => server.process.stop());
  const stack = unfinished.move();
  return {
    ...{ caFile, server, show, trust },
    url: server.url.replace("127.0.0.1", "localhost"),
    client: (
      options: Partial<NatsOptions> & { url: string },
    ): { nats: Nats; log: ReturnType<typeof keepLog> } => {
      const log = keepLog();
      const name = "tls-test";
      const nats = createNats({
        ...{ user, password, name, log, caFile, inboxPrefix: inboxPrefix(user, name) },
        firstConnectTimeoutSeconds: 4,
        ...options,
      });
      stack.defer(() => nats.stop());
      return { nats, log };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** What the client logged about why it waits. */
function complaints({ lines }: ReturnType<typeof keepLog>): string {
  return lines.map(({ facts }) => String((facts["err"] as Error | undefined)?.message)).join("\n");
}

test("a client talks to a server whose authority it knows, over TLS", async () => {
  await using world = await startWorld(certificateFor("localhost"));
  const { nats } = world.client({ url: world.url });
  await nats.start(never);
  assert.equal(nats.isConnected, true);
  assert.equal(nats.connection.info?.tls_required, true);
  await nats.connection.flush();
});

test("a server of another name, or of an unknown authority, gets no connection", async () => {
  await using misnamed = await startWorld(certificateFor("elsewhere.example"));
  const wrongName = misnamed.client({ url: misnamed.url });
  await assert.rejects(wrongName.nats.start(never), /STILLS_NATS_URL/);
  assert.match(complaints(wrongName.log), /does not match certificate's altnames/);

  await misnamed.show(certificateFor("localhost"));
  await misnamed.server.process.kill();
  await misnamed.server.process.start(never);
  const stranger = misnamed.client({ url: misnamed.url });
  await assert.rejects(stranger.nats.start(never), /STILLS_NATS_URL/);
  assert.match(stranger.nats.problem ?? "", /STILLS_NATS_CA_FILE/);
  assert.match(complaints(stranger.log), /self-signed certificate|unable to (get|verify)/);
});

test("a server without TLS is refused before it hears the password", async () => {
  await using plain = await startNATS();
  await using world = await startWorld(certificateFor("localhost"));
  const { nats, log } = world.client({ url: plain.url.replace("nats:", "tls:") });
  await assert.rejects(nats.start(never), /STILLS_NATS_URL/);
  assert.match(complaints(log), /does not support 'tls'/);
});

test("a renewed authority is used at the next reconnect, without a restart", async () => {
  const first = certificateFor("localhost");
  await using world = await startWorld(first);
  const { nats } = world.client({ url: world.url });
  await nats.start(never);

  const second = certificateFor("localhost", first.authorityPEM);
  await world.trust(second);
  await world.server.process.kill();
  await world.server.process.start(never);
  await eventually("it is back, with the old certificate", () => nats.isConnected);
  await world.show(second);
  await world.server.process.kill();
  await eventually("it has noticed", () => !nats.isConnected);
  await world.server.process.start(never);

  await eventually("it is back, with the new certificate", () => nats.isConnected);
  await nats.connection.flush();
});
