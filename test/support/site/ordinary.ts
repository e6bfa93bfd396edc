import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { content, html, numberOf, pause, redirect, type Routes, type Visit } from "./answers.ts";
import { makeBlockFont } from "./block-font.ts";
import { colours, css } from "./colours.ts";
import { plainPNG } from "./png.ts";

/** Ordinary pages that are difficult for a screenshot server, each for one reason. */
export const ordinaryRoutes: Routes = {
  "/fonts": fontsPage,
  "/fonts/block.ttf": async (visit) => {
    await pause(visit, 300);
    content(visit, "font/ttf", makeBlockFont());
  },
  "/languages": languagesPage,
  "/languages/cjk.woff2": (visit) =>
    packagedFont(visit, "@fontsource/kosugi/files/kosugi-japanese-400-normal.woff2"),
  "/languages/emoji.woff2": (visit) => packagedFont(visit, "twemoji-colr-font/twemoji.woff2"),
  "/never-idle": neverIdlePage,
  "/never-idle/stream": stream,
  "/slow-third-party": slowThirdPartyPage,
  "/slow-image": async (visit) => {
    await pause(visit, numberOf(visit, "milliseconds", 1000));
    content(visit, "image/png", plainPNG(40, 40, colours.green));
  },
  "/consent": consentPage,
  "/consent/frame": consentFrame,
  "/redirects": (visit) => redirect(visit, 302, "/redirects/2"),
  "/redirects/2": (visit) => redirect(visit, 301, "/redirects/3"),
  "/redirects/3": (visit) => redirect(visit, 307, "/redirects/4"),
  "/redirects/4": (visit) =>
    html(visit, {
      title: "Refresh",
      head: `<meta http-equiv="refresh" content="0;url=/redirects/5">`,
      body: `<div style="height: 400px; background: ${css(colours.red)}">Moved</div>`,
    }),
  "/redirects/5": (visit) =>
    html(visit, {
      title: "Script",
      body: `<div style="height: 400px; background: ${css(colours.orange)}">Moving</div><script>setTimeout(() => location.replace("/redirects/end"), 30)</script>`,
    }),
  "/redirects/end": (visit) =>
    html(visit, {
      title: "End",
      body: `<div style="height: 400px; background: ${css(colours.green)}">Arrived</div>`,
    }),
};

/** The line of "A" is a plain violet bar, 400 by 100 pixels at 40,40, once the font is there. */
function fontsPage(visit: Visit): void {
  html(visit, {
    title: "Fonts",
    head: `<style>
      @font-face { font-family: Block; src: url(/fonts/block.ttf); font-display: swap; }
      .bar { position: absolute; left: 40px; top: 40px; font: 100px/1 Block, sans-serif; color: ${css(colours.violet)}; }
      .text { position: absolute; left: 40px; top: 200px; font-size: 24px; }</style>`,
    body: `<div class="bar">AAAA</div><p class="text">Ordinary text in an ordinary font: The quick brown fox.</p>`,
  });
}

/**
 * One line for each script, 80 pixels high. The ideograph for "one" is a single bar; the face is mostly yellow. The page brings
 * fonts for these two, so that it does not depend on what a developer's machine has; the worker's image is looked at elsewhere.
 */
function languagesPage(visit: Visit): void {
  const lines = [
    ["zh", "一 中文网页截图"],
    ["ja", "日本語のスクリーンショット"],
    ["ko", "한국어 웹 페이지"],
    ["ar", "لقطة شاشة للصفحة"],
    ["hi", "हिन्दी वेब पेज"],
    ["th", "ภาพหน้าจอ"],
    ["el", "Ελληνικά και Кириллица"],
    ["en", "😀 👩🏽‍💻 🏳️‍🌈 🇪🇺"],
  ];
  const body = lines.map(([language, text]) => `<p lang="${language}">${text}</p>`).join("");
  html(visit, {
    title: "Languages",
    head: `<style>
      @font-face { font-family: CJK; src: url(/languages/cjk.woff2); unicode-range: U+3000-30FF, U+4E00-9FFF; }
      @font-face { font-family: Emoji; src: url(/languages/emoji.woff2); unicode-range: U+1F000-1FFFF; }
      p { font-family: Emoji, CJK, sans-serif; margin: 0; padding-left: 40px; height: 80px; font-size: 60px; line-height: 80px; white-space: nowrap; }</style>`,
    body,
  });
}

/** Five requests that never end and a socket: the network is never idle, though the page has loaded. */
function neverIdlePage(visit: Visit): void {
  html(visit, {
    title: "Never idle",
    body: `<div style="height: 300px; background: ${css(colours.teal)}">Live</div><script>
      new WebSocket(location.origin.replace("http", "ws") + "/never-idle/socket");
      const read = async (n) => {
        const reader = (await fetch("/never-idle/stream?" + n)).body.getReader();
        while (!(await reader.read()).done);
      };
      for (let n = 0; n < 5; n += 1) read(n);
    </script>`,
  });
}

async function stream(visit: Visit): Promise<void> {
  const { response, closing } = visit;
  response.writeHead(200, { "content-type": "text/plain", "cache-control": "no-store" });
  while (!closing.aborted && !response.destroyed) {
    response.write("still here\n");
    await pause(visit, 200);
  }
  response.end();
}

/** A script and an image of another origin that take 1.5 seconds; the page is green only when both came. */
function slowThirdPartyPage(visit: Visit): void {
  const slow = `${visit.thirdParty}/slow-image?milliseconds=1500`;
  html(visit, {
    title: "Slow third party",
    body: `<div style="height: 200px; background: ${css(colours.blue)}">Own content</div>
      <img src="${slow}" width="400" height="200" style="display: block" alt="">`,
  });
}

/** A banner over a grey overlay, added a moment after loading, as consent managers do; one more in a frame. */
function consentPage(visit: Visit): void {
  html(visit, {
    title: "Consent",
    head: `<style>
      .content { height: 1024px; background: ${css(colours.green)}; }
      #veil { position: fixed; inset: 0; background: ${css(colours.grey)}; }
      #consent { position: fixed; left: 0; right: 0; bottom: 0; height: 300px; background: ${css(colours.navy)}; color: white; padding: 20px; }
      iframe { position: absolute; left: 600px; top: 40px; width: 300px; height: 200px; border: 0; }</style>`,
    body: `<div class="content"><h1 style="margin: 0; padding: 40px">The news</h1><iframe src="/consent/frame"></iframe></div>
      <script>setTimeout(() => document.body.insertAdjacentHTML("beforeend",
        '<div id="veil"></div><div id="consent"><h2>We value your privacy</h2><button>Accept</button></div>'), 200)</script>`,
  });
}

function consentFrame(visit: Visit): void {
  html(visit, {
    title: "Frame",
    body: `<div style="height: 200px; background: ${css(colours.yellow)}"></div><div class="promo" style="position: fixed; inset: 0; background: ${css(colours.red)}">Subscribe!</div>`,
  });
}

async function packagedFont(visit: Visit, path: string): Promise<void> {
  content(visit, "font/woff2", await readFile(createRequire(import.meta.url).resolve(path)));
}
