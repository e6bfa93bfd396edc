import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { findBinary } from "../../../src/local/servers/find-binary.ts";
import { serverSource } from "../../../src/local/servers/server-sources.ts";
import type { ServerName } from "../../../src/local/servers/server-sources.ts";
import { run } from "./command.ts";

const registry = "ghcr.io/stills-dev";
const buildLimitSeconds = 1800;

/** The version in the chart, which is the tag of our images unless a value says otherwise. */
export async function appVersion(): Promise<string> {
  const chart = parse(await readFile("charts/stills/Chart.yaml", "utf8")) as { appVersion: string };
  return chart.appVersion;
}

export function imageName(name: "stills" | "stills-worker", tag: string): string {
  return `${registry}/${name}:${tag}`;
}

/** Builds a target of the Dockerfile with the command of its first lines. */
export async function buildImage(target: "runtime" | "worker", name: string): Promise<void> {
  const authorities = await npmAuthorities();
  await buildah([
    "bud",
    "--layers",
    ...(authorities === undefined ? [] : ["--secret", `id=ca,src=${authorities}`]),
    ...["--target", target, "--build-arg", `VERSION=${tagOf(name)}`, "--tag", name, "."],
  ]);
}

/** An image that is another one with a few files changed or added. */
export async function deriveImage(
  base: string,
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  await inFolder(async (folder) => {
    const lines = [`FROM ${base}`];
    for (const [index, [path, text]] of Object.entries(files).entries()) {
      await writeFile(join(folder, `file-${index}`), text);
      lines.push(`COPY file-${index} ${path}`);
    }
    await writeFile(join(folder, "Dockerfile"), `${lines.join("\n")}\n`);
    await buildah(["bud", "--layers", "--tag", name, folder]);
  });
}

/**
 * The images of the servers that the chart can bring along, from the programs that the other tests use: nothing is fetched from a registry.
 * They run as the official ones do, with the program as entry point.
 */
export async function buildServerImages(): Promise<string[]> {
  const nats = `docker.io/library/nats:${serverSource("nats-server").version}`;
  const store = `docker.io/versity/versitygw:v${serverSource("versitygw").version}`;
  await buildProgramImage("nats-server", nats);
  await buildProgramImage("versitygw", store);
  return [nats, store];
}

/** Loads an image on the nodes with the command in STILLS_TEST_LOAD_IMAGE, which gets the path of an archive. */
export async function loadImage(name: string): Promise<void> {
  const command = process.env["STILLS_TEST_LOAD_IMAGE"];
  if (command === undefined || command === "")
    throw new Error(
      "Set STILLS_TEST_LOAD_IMAGE to the command that brings an image archive to the cluster's nodes, such as `kind load image-archive`",
    );
  await inFolder(async (folder) => {
    const archive = join(folder, "image.tar");
    await buildah(["push", "--quiet", name, `docker-archive:${archive}:${name}`]);
    await run("sh", ["-c", `${command} "$1"`, "load", archive], { limitSeconds: 600 });
  });
}

async function buildProgramImage(program: ServerName, name: string): Promise<void> {
  await inFolder(async (folder) => {
    await copyFile(await findBinary(program), join(folder, program));
    await chmod(join(folder, program), 0o755);
    const dockerfile = `FROM scratch\nENV PATH=/usr/local/bin\nCOPY ${program} /usr/local/bin/${program}\nENTRYPOINT ["/usr/local/bin/${program}"]\n`;
    await writeFile(join(folder, "Dockerfile"), dockerfile);
    await buildah(["bud", "--layers", "--tag", name, folder]);
  });
}

/** With chroot isolation, since a container or a test machine may not allow more. */
async function buildah(words: readonly string[]): Promise<void> {
  const [verb = "", ...rest] = words;
  await run("buildah", verb === "bud" ? [verb, "--isolation", "chroot", ...rest] : words, {
    limitSeconds: buildLimitSeconds,
  });
}

/** The certificate authorities that npm trusts here, for the build. */
async function npmAuthorities(): Promise<string | undefined> {
  const path = (await run("npm", ["config", "get", "cafile"])).trim();
  return path === "" || path === "null" ? undefined : path;
}

function tagOf(name: string): string {
  return name.slice(name.lastIndexOf(":") + 1);
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "stills-image-"));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
