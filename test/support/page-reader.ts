import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import type { Browser, Page } from "puppeteer-core";
import { browserCacheFolder } from "../../src/worker/browser/chromium/browser-cache.ts";
import { findBrowser } from "../../src/worker/browser/chromium/find-browser.ts";

/** A browser of a person who reads the gateway's pages; it has no proxy, and notes every address that a page asks for. */
export class PageReader implements AsyncDisposable {
  readonly #browser: Browser;
  readonly #folder: string;

  private constructor(browser: Browser, folder: string) {
    this.#browser = browser;
    this.#folder = folder;
  }

  static async start(): Promise<PageReader> {
    const browserCache = browserCacheFolder(tmpdir());
    const { path, environment } = await findBrowser({ engine: "HeadlessShell", browserCache });
    const folder = await mkdtemp(join(tmpdir(), "stills-test-reader-"));
    const browser = await puppeteer.launch({
      executablePath: path,
      pipe: true,
      userDataDir: folder,
      env: { ...process.env, ...environment },
      // Root has no sandbox; the pages are our own.
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    });
    return new PageReader(browser, folder);
  }

  /** A page in a context of its own, which may use the clipboard. */
  async open(url: string): Promise<ReadPage> {
    const context = await this.#browser.createBrowserContext();
    await context.overridePermissions(new URL(url).origin, [
      "clipboard-read",
      "clipboard-sanitized-write",
    ]);
    const page = await context.newPage();
    const requested: string[] = [];
    const faults: string[] = [];
    page.on("request", (request) => requested.push(request.url()));
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("console", (message) => {
      if (["error", "warn"].includes(message.type())) faults.push(message.text());
    });
    await page.goto(url);
    return { page, requested, faults };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

export interface ReadPage {
  page: Page;
  /** Every address that was asked for, in order. */
  requested: string[];
  /** What went wrong in the page, in the browser's words. */
  faults: string[];
}
