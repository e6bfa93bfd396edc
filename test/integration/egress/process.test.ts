import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { Canary } from "./canary.ts";
import { aToken, tokenKey } from "./egress-fixture.ts";
import { askProxy, openTunnel, readHead } from "./proxy-client.ts";

const main = join(import.meta.dirname, "../../../src/main.ts");

/** `stills egress` as it runs in its pod. */
class EgressProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly lines: Record<string, unknown>[] = [];
  readonly exited: Promise<number | null>;

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
    this.exited = once(child, "exit").then(([code]) => code as number | null);
    createInterface({ input: child.stdout! }).on("line", (text) => {
      this.lines.push(JSON.parse(text) as Record<string, unknown>);
    });
  }

  static async start(environment: Record<string, string>): Promise<EgressProcess> {
    const folder = await mkdtemp(join(tmpdir(), "stills-egress-"));
    const keyFile = join(folder, "proxy.key");
    await writeFile(keyFile, `${tokenKey}\n`);
    const child = spawn(process.execPath, [main, "egress"], {
      env: {
        PATH: process.env["PATH"],
        STILLS_PROXY_KEY_FILE: keyFile,
        STILLS_EGRESS_HOST: "127.0.0.1",
        STILLS_EGRESS_PORT: "0",
        STILLS_METRICS_HOST: "127.0.0.1",
        STILLS_METRICS_PORT: "0",
        ...environment,
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    return new EgressProcess(child, folder);
  }

  /** The first line with this message, written already or still to come. */
  async line(message: string): Promise<Record<string, unknown>> {
    return await eventually(
      `the process writes "${message}"`,
      () => this.lines.find((line) => line["message"] === message),
      { giveUp: () => (this.#child.exitCode === null ? undefined : "it has ended") },
    );
  }

  terminate(): void {
    this.#child.kill("SIGTERM");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.exited;
    await rm(this.#folder, { recursive: true });
  }
}

test("the process serves, is ready, drains on SIGTERM and ends with success", async () => {
  await using canary = await Canary.start();
  await using egress = await EgressProcess.start({
    STILLS_EGRESS_ALLOW_CIDRS: canary.authority,
    STILLS_EGRESS_LEAVE_SECONDS: "2",
  });
  const probes = await egress.line("Serving probes and metrics");
  const { port } = (await egress.line("Serving as forward proxy")) as { port: number };

  const ready = await fetch(`${String(probes["url"])}/readyz`);
  assert.equal(ready.status, 200);
  assert.equal((await askProxy(`${canary.url}/`, { port, token: aToken() })).body, "canary");
  const metrics = await eventually("the tunnel's end is counted", async () => {
    const text = await (await fetch(`${String(probes["url"])}/metrics`)).text();
    return /stills_egress_tunnels_total\{class="page",outcome="Relayed"\} 1/.test(text) && text;
  });
  assert.match(
    metrics,
    /stills_egress_tunnels_total\{class="store",outcome="TargetNotAllowed"\} 0/,
  );

  const tunnel = await openTunnel(canary.authority, { port, token: aToken() });
  egress.terminate();
  await egress.line("Stopping");
  tunnel.socket.write("GET /during HTTP/1.1\r\nHost: x\r\n\r\n");
  assert.match(await readHead(tunnel.socket), /200 OK/);
  // Who has not heard yet that it is leaving gets a tunnel.
  assert.equal((await fetch(`${String(probes["url"])}/readyz`)).status, 503);
  assert.equal((await askProxy(`${canary.url}/`, { port, token: aToken() })).body, "canary");
  tunnel.socket.destroy();
  assert.equal(await egress.exited, 0);
});
