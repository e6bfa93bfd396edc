import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { chmod, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { runCommand } from "./command.ts";
import type { Architecture, Release, ServerName, ServerSource } from "./server-sources.ts";

interface DownloadOptions {
  report: (line: string) => void;
  signal: AbortSignal;
}

const headersTimeoutMilliseconds = 5000;
const downloadTimeoutMilliseconds = 15 * 60_000;
/** Hosts that did not answer; this process sends them no further request. */
const silentHosts = new Set<string>();

/** Puts the official release at `target` after checking its digest. Throws a sentence and leaves nothing when that fails. */
export async function downloadRelease(
  name: ServerName,
  source: ServerSource,
  target: string,
  { report, signal }: DownloadOptions,
): Promise<void> {
  const release = source.release(architecture());
  const published = await publishedDigest(release, signal);
  report(`Downloading ${name} ${source.version}`);
  const folder = await mkdtemp(join(dirname(target), `.${name}-`));
  try {
    const file = join(folder, "download");
    if ((await save(release.url, file, signal)) !== published)
      throw new Error(
        `the download from ${hostOf(release.url)} does not match its published checksum`,
      );
    const program = release.url.endsWith(".tar.gz") ? await unpack(file, name, signal) : file;
    await chmod(program, 0o755);
    await rename(program, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function architecture(): Architecture {
  if (process.arch === "x64") return "amd64";
  if (process.arch === "arm64") return "arm64";
  throw new Error(`there is no release for the processor type ${process.arch}`);
}

/** SHA-256 in hexadecimal. */
async function publishedDigest(release: Release, signal: AbortSignal): Promise<string> {
  const text = await (await get(release.checksumsURL, signal)).text();
  const fileName = basename(new URL(release.url).pathname);
  const line = text.split("\n").find((each) => each.trim().endsWith(fileName)) ?? text;
  const digest = /^[0-9a-f]{64}\b/i.exec(line.trim())?.[0];
  if (digest === undefined)
    throw new Error(`${hostOf(release.checksumsURL)} has no checksum for ${fileName}`);
  return digest.toLowerCase();
}

/** Returns the SHA-256 of what was saved, in hexadecimal. */
async function save(url: string, file: string, signal: AbortSignal): Promise<string> {
  const { body } = await get(url, signal);
  if (body === null) throw new Error(`${hostOf(url)} sent nothing`);
  const hash = createHash("sha256");
  const bytes = Readable.fromWeb(body);
  bytes.on("data", (chunk: Buffer) => hash.update(chunk));
  await pipeline(bytes, createWriteStream(file));
  return hash.digest("hex");
}

/** The headers must arrive within five seconds; the body may take longer. */
async function get(url: string, signal: AbortSignal): Promise<Response> {
  const host = hostOf(url);
  if (silentHosts.has(host)) throw new Error(`${host} did not answer`);
  const headers = new AbortController();
  const timer = setTimeout(() => headers.abort(), headersTimeoutMilliseconds);
  const download = AbortSignal.timeout(downloadTimeoutMilliseconds);
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.any([signal, headers.signal, download]) });
  } catch (thrown) {
    signal.throwIfAborted();
    silentHosts.add(host);
    throw new Error(`${host} did not answer`, { cause: thrown });
  } finally {
    clearTimeout(timer);
  }
  if (response.ok) return response;
  await response.body?.cancel();
  throw new Error(`${host} answered ${response.status} for ${new URL(url).pathname}`);
}

/** The path of the program in the archive. */
async function unpack(archive: string, name: ServerName, signal: AbortSignal): Promise<string> {
  const folder = await mkdtemp(join(dirname(archive), "unpacked-"));
  await runCommand("tar", ["-xzf", archive, "-C", folder], { signal });
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && entry.name === name) return join(entry.parentPath, entry.name);
  throw new Error(`the archive has no ${name}`);
}

function hostOf(url: string): string {
  return new URL(url).host;
}
