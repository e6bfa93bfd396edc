import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { chmod, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { runCommand } from "./command.ts";
import type { Machine, Release, ServerName, ServerSource } from "./versions.ts";

export interface ReleaseDownload {
  name: ServerName;
  source: ServerSource;
  target: string;
  report: (line: string) => void;
  signal: AbortSignal;
}

const answerLimitMilliseconds = 5000;
const downloadLimitMilliseconds = 15 * 60_000;
/** Hosts that did not answer; they are not asked again by this process. */
const silentHosts = new Set<string>();

/** Fetches an official release and checks it. Throws a sentence; nothing is left at the target then. */
export async function downloadRelease(download: ReleaseDownload): Promise<void> {
  const { name, source, target, report, signal } = download;
  const release = source.release(thisMachine());
  const expected = await expectedDigest(release, signal);
  report(`Downloading ${name} ${source.version}`);
  const folder = await mkdtemp(join(dirname(target), `.${name}-`));
  try {
    const file = join(folder, "download");
    const found = await save(release.url, file, signal);
    if (found !== expected)
      throw new Error(
        `the download from ${hostOf(release.url)} does not have its published checksum`,
      );
    const program = await extract(release, file, folder, signal);
    await chmod(program, 0o755);
    await rename(program, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function thisMachine(): Machine {
  if (process.arch === "x64") return { architecture: "amd64" };
  if (process.arch === "arm64") return { architecture: "arm64" };
  throw new Error(`there is no release for the processor type ${process.arch}`);
}

async function expectedDigest(release: Release, signal: AbortSignal): Promise<string> {
  const response = await ask(release.checksumsURL, signal);
  const text = await response.text();
  const fileName = new URL(release.url).pathname.split("/").at(-1) ?? "";
  const line = text.split("\n").find((candidate) => candidate.trim().endsWith(fileName)) ?? text;
  const digest = /^[0-9a-f]{64}\b/i.exec(line.trim())?.[0];
  if (digest === undefined)
    throw new Error(`${hostOf(release.checksumsURL)} has no checksum for ${fileName}`);
  return digest.toLowerCase();
}

async function save(url: string, file: string, signal: AbortSignal): Promise<string> {
  const response = await ask(url, signal);
  if (response.body === null) throw new Error(`${hostOf(url)} sent nothing`);
  const hash = createHash("sha256");
  const body = Readable.fromWeb(response.body);
  body.on("data", (chunk: Buffer) => hash.update(chunk));
  await pipeline(body, createWriteStream(file));
  return hash.digest("hex");
}

/** The answer's head must come in five seconds; the rest may take its time. */
async function ask(url: string, signal: AbortSignal): Promise<Response> {
  const host = hostOf(url);
  if (silentHosts.has(host)) throw new Error(`${host} did not answer`);
  const head = new AbortController();
  const timer = setTimeout(() => head.abort(), answerLimitMilliseconds);
  const whole = AbortSignal.timeout(downloadLimitMilliseconds);
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, head.signal, whole]) });
    if (response.ok) return response;
    await response.body?.cancel();
    throw new Error(`${host} answered ${response.status} for ${new URL(url).pathname}`);
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof Error && thrown.message.startsWith(host)) throw thrown;
    silentHosts.add(host);
    throw new Error(`${host} did not answer`, { cause: thrown });
  } finally {
    clearTimeout(timer);
  }
}

async function extract(
  release: Release,
  file: string,
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  const { memberName } = release;
  if (memberName === undefined) return file;
  const unpacked = await mkdtemp(join(folder, "unpacked-"));
  await runCommand("tar", ["-xzf", file, "-C", unpacked], { signal });
  for (const entry of await readdir(unpacked, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && entry.name === memberName) return join(entry.parentPath, entry.name);
  throw new Error(`the archive from ${hostOf(release.url)} has no ${memberName}`);
}

function hostOf(url: string): string {
  return new URL(url).host;
}
