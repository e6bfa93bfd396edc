import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { findBinary } from "./find-binary.ts";
import { serverNames, serverSource } from "./server-sources.ts";
import type { ServerSource } from "./server-sources.ts";

const program = (version: string): string => `#!/bin/sh\necho "etcd Version: ${version}"\n`;

const goMod = "module example.org/local\n\nrequire example.org/etcd v3.6.7 // indirect\n";

/** A home without programs, and a host that offers one release of etcd. */
class World implements AsyncDisposable {
  readonly home: string;
  readonly reports: string[] = [];
  readonly #server = createServer((request, response) => {
    const body = this.files.get(request.url ?? "");
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  readonly files = new Map<string, string>();

  private constructor(home: string) {
    this.home = home;
  }

  static async create(): Promise<World> {
    const world = new World(await mkdtemp(join(tmpdir(), "stills-binaries-")));
    world.#server.listen(0, "127.0.0.1");
    await once(world.#server, "listening");
    await writeFile(join(world.home, "go.mod"), goMod);
    return world;
  }

  get #url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async put(path: string, version: string): Promise<string> {
    const file = join(this.home, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, program(version));
    await chmod(file, 0o755);
    return file;
  }

  async find(source: Partial<ServerSource> = {}): Promise<string> {
    return await findBinary("etcd", {
      environment: { HOME: this.home, PATH: join(this.home, "path") },
      report: (line) => this.reports.push(line),
      source: {
        version: "3.6.7",
        versionArguments: ["--version"],
        release: () => ({ url: `${this.#url}/etcd`, checksumsURL: `${this.#url}/etcd.sha256` }),
        program: {
          moduleDirectory: this.home,
          packagePath: "example.org/etcd/cmd/etcd",
          usualSeconds: 1,
        },
        ...source,
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    await rm(this.home, { recursive: true });
  }
}

test("a binary that is new enough is used where it is; an older one is skipped with a line", async () => {
  await using world = await World.create();
  const old = await world.put("path/etcd", "3.6.6");
  const good = await world.put(".cache/plain-cluster/bin/etcd", "3.7.0");
  assert.equal(await world.find(), good);
  assert.deepEqual(world.reports, [
    `${old} is 3.6.6; Stills needs 3.6.7 or newer, so it is not used`,
  ]);
});

test("a release is installed when it matches its published checksum", async () => {
  await using world = await World.create();
  const digest = createHash("sha256").update(program("3.6.7")).digest("hex");
  world.files.set("/etcd", program("3.6.7")).set("/etcd.sha256", `${digest}  etcd\n`);
  const path = await world.find();
  assert.equal(path, join(world.home, ".cache", "stills", "bin", "etcd"));
  assert.equal(await world.find(), path);
  assert.deepEqual(world.reports, ["Downloading etcd 3.6.7"]);
});

test("a release with another checksum is discarded, and the error names every attempt", async () => {
  await using world = await World.create();
  world.files.set("/etcd", program("3.6.7")).set("/etcd.sha256", "0".repeat(64));
  await assert.rejects(
    world.find(),
    /^Error: etcd 3\.6\.7 is not on this machine and could not be fetched: the download from 127\.0\.0\.1:\d+ does not match its published checksum; there is no `go` on PATH/,
  );
  assert.deepEqual(await readdir(join(world.home, ".cache", "stills", "bin")), []);
});

test("a host that does not answer is named in the error", async () => {
  await using world = await World.create();
  await assert.rejects(
    world.find({
      release: () => ({ url: "http://127.0.0.1:1/etcd", checksumsURL: "http://127.0.0.1:1/sums" }),
    }),
    /127\.0\.0\.1:1 did not answer; there is no `go` on PATH.*install Go/,
  );
});

test("every server is pinned by a go.mod, and kubectl is as new as the API server", () => {
  const versions = serverNames.map((name) => serverSource(name).version);
  for (const version of versions) assert.match(version, /^\d+\.\d+\.\d+$/);
  assert.equal(serverSource("kubectl").version, serverSource("kube-apiserver").version);
});
