import { createServer } from "node:http";
import puppeteer from "puppeteer-core";
import type { BrowserContext, Page } from "puppeteer-core";

/**
 * The baseline: puppeteer's own pages behind a bare HTTP server, with the worker's browser and flags, a new context for each
 * picture, two prepared in advance, and no proxy. Arguments: browser path, then the flags.
 */
const [browserPath = "", ...flags] = process.argv.slice(2);

const browser = await puppeteer.launch({
  executablePath: browserPath,
  pipe: true,
  args: flags,
  ignoreDefaultArgs: true,
  waitForInitialPage: false,
});

interface Spare {
  context: BrowserContext;
  page: Page;
}

async function prepare(): Promise<Spare> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width: 1280, height: 1024 });
  return { context, page };
}

const spares: Promise<Spare>[] = [prepare(), prepare()];

async function take(url: string): Promise<Uint8Array> {
  const { context, page } = await (spares.shift() ?? prepare());
  try {
    await page.goto(url, { waitUntil: "load" });
    return await page.screenshot({ type: "png", optimizeForSpeed: true });
  } finally {
    spares.push(prepare());
    void context.close();
  }
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://raw").searchParams.get("url") ?? "";
  take(url).then(
    (bytes) => response.writeHead(200, { "content-type": "image/png" }).end(bytes),
    (thrown: unknown) => response.writeHead(500).end(String(thrown)),
  );
});
server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
process.once("SIGTERM", () => {
  void browser.close().then(() => process.exit(0));
});
