import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { cachedFolder, ensureBrowserCache, exists } from "./browser-cache.ts";
import type { FoundBrowser } from "./found-browser.ts";

const execute = promisify(execFile);

/** Unpacking takes a few seconds; a machine under load may take much longer. */
const unpackTimeoutMilliseconds = 180_000;
const folderName = "packaged-chromium";

/**
 * Unpacks the browser of the npm package `@sparticuz/chromium` into the browser cache, once, and returns how to start it.
 *
 * The package unpacks into the temporary folder of its process under fixed names, and uses files that exist already: a
 * half-written one of a killed process, or one that another user put there. So it runs in a separate process with an empty
 * temporary folder, which is renamed when it is complete.
 */
export async function unpackPackagedBrowser(browserCache: string): Promise<FoundBrowser> {
  await ensureBrowserCache(browserCache);
  const folder = await cachedFolder(browserCache, folderName, (temporary) =>
    unpack(temporary, join(browserCache, folderName)),
  ).catch((thrown: unknown) => {
    throw new Error(
      "No browser was found, and the one inside the npm package @sparticuz/chromium could not be unpacked: install Debian's package chromium-headless-shell, or set STILLS_BROWSER_PATH",
      { cause: thrown },
    );
  });
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

/** The package contains the library for TLS without its dependencies, and Chromium loads it only with the first https page. */
async function missingForTLS(environment: Record<string, string>): Promise<string[]> {
  const libraries = environment["LD_LIBRARY_PATH"];
  if (libraries === undefined) return [];
  const { stdout } = await execute("ldd", [join(libraries, "libsoftokn3.so")], {
    timeout: 10_000,
    env: { PATH: "/usr/bin:/bin", LD_LIBRARY_PATH: libraries },
  }).catch(() => ({ stdout: "" }));
  return Array.from(stdout.matchAll(/^\s*(\S+) => not found/gm), ([, name = ""]) => name);
}

/** @param folder the final path, which the font settings refer to */
async function unpack(temporary: string, folder: string): Promise<void> {
  const script = `import chromium from "@sparticuz/chromium"; await chromium.executablePath();`;
  await execute(process.execPath, ["--input-type=module", "--eval", script], {
    // The package is resolved from here.
    cwd: dirname(fileURLToPath(import.meta.url)),
    timeout: unpackTimeoutMilliseconds,
    // The name of an Amazon runtime makes it unpack the libraries too, which minimal machines lack.
    env: { TMPDIR: temporary, HOME: temporary, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" },
  });
  await writeFile(fontSettingsIn(temporary), fontSettings(join(folder, "fonts")));
}

/** Selects the package's libraries and fonts only if the machine has none: the machine's fit it better. */
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

/** The package's own settings name folders of AWS Lambda, and without a font Chromium draws no text. */
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
