import { execFile } from "node:child_process";
import { access, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ensureBrowserStore } from "./browser-store.ts";
import type { FoundBrowser } from "./found-browser.ts";

const execute = promisify(execFile);

/** Unpacking takes a few seconds; a machine under load may take much longer. */
const unpackTimeoutMilliseconds = 180_000;

/**
 * Unpacks the browser of the npm package `@sparticuz/chromium` into a folder of ours, once, and says how to start it.
 *
 * The package unpacks into the temporary folder of its process under fixed names, and takes whatever is there already: a
 * half-written file of a process that was killed, or one that somebody else put there. So it runs in a process of its own
 * with a fresh temporary folder, which gets its final name only when everything is there.
 */
export async function unpackPackagedBrowser(browserStore: string): Promise<FoundBrowser> {
  await ensureBrowserStore(browserStore);
  const folder = join(browserStore, "packaged-chromium");
  if (!(await exists(folder))) await unpack(browserStore, folder);
  const environment = await environmentOf(folder);
  const missing = await missingForTLS(environment);
  return {
    path: join(folder, "chromium"),
    source: "@sparticuz/chromium",
    environment,
    ...(missing.length > 0 && {
      warning: `The browser from @sparticuz/chromium crashes on https pages without ${missing.join(", ")}: install Debian's package chromium-headless-shell, or libsqlite3-0`,
    }),
  };
}

/** The package brings the library for TLS, but not what that needs; Chromium loads it only with the first https page. */
async function missingForTLS(environment: Record<string, string>): Promise<string[]> {
  const libraries = environment["LD_LIBRARY_PATH"];
  if (libraries === undefined) return [];
  const { stdout } = await execute("ldd", [join(libraries, "libsoftokn3.so")], {
    timeout: 10_000,
    env: { PATH: "/usr/bin:/bin", LD_LIBRARY_PATH: libraries },
  }).catch(() => ({ stdout: "" }));
  return Array.from(stdout.matchAll(/^\s*(\S+) => not found/gm), ([, name = ""]) => name);
}

async function unpack(browserStore: string, folder: string): Promise<void> {
  const fresh = await mkdtemp(join(browserStore, "unpacking-"));
  const script = `import chromium from "@sparticuz/chromium"; await chromium.executablePath();`;
  try {
    await execute(process.execPath, ["--input-type=module", "--eval", script], {
      // The package is looked up from here.
      cwd: dirname(fileURLToPath(import.meta.url)),
      timeout: unpackTimeoutMilliseconds,
      // The name of an Amazon runtime makes it unpack the libraries too, which minimal machines lack.
      env: { TMPDIR: fresh, HOME: fresh, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" },
    });
    await writeFile(fontSettingsIn(fresh), fontSettings(join(folder, "fonts")));
    await execute("chmod", ["-R", "u=rwX,go=rX", fresh]);
    await rename(fresh, folder);
  } catch (thrown) {
    await rm(fresh, { recursive: true, force: true });
    // Another process was faster.
    if (await exists(folder)) return;
    throw new Error(
      "No browser was found, and the one inside the npm package @sparticuz/chromium could not be unpacked: install Debian's package chromium-headless-shell, or set STILLS_BROWSER_PATH",
      { cause: thrown },
    );
  }
}

/** The package's own libraries and fonts only where the machine has none: its own fit it better. */
async function environmentOf(folder: string): Promise<Record<string, string>> {
  const environment: Record<string, string> = {};
  const starts = await execute(join(folder, "chromium"), ["--version"], { timeout: 60_000 }).then(
    () => true,
    () => false,
  );
  if (!starts) environment["LD_LIBRARY_PATH"] = join(folder, "al2023", "lib");
  const hasFonts = (await exists("/etc/fonts/fonts.conf")) && (await exists("/usr/share/fonts"));
  if (!hasFonts) environment["FONTCONFIG_FILE"] = fontSettingsIn(folder);
  return environment;
}

function fontSettingsIn(folder: string): string {
  return join(folder, "fonts", "fonts.conf");
}

/** The package's own settings name folders of an Amazon runtime; without any font Chromium draws no text at all. */
function fontSettings(fontFolder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${fontFolder}</dir>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
