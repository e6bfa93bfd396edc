import { content, html, pause, type Routes, type Visit } from "./answers.ts";
import { colours, css } from "./colours.ts";
import { plainPNG } from "./png.ts";

const red = css(colours.red);
const green = css(colours.green);
const blue = css(colours.blue);
const yellow = css(colours.yellow);

/** Documents that are no ordinary HTML, that break off, or that the browser may not run scripts in. */
export const documentKindRoutes: Routes = {
  "/documents/drawing.svg": (visit) =>
    content(
      visit,
      "image/svg+xml",
      `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400"><title>Drawing</title>
        <rect width="600" height="400" fill="${green}"/><rect id="promo" x="200" y="100" width="100" height="100" fill="${red}"/></svg>`,
    ),
  "/documents/page.xhtml": (visit) =>
    content(
      visit,
      "application/xhtml+xml",
      `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Strict page</title></head>
        <body style="margin: 0; background: ${green}"><div id="promo" style="width: 100px; height: 100px; background: ${red}"></div></body></html>`,
    ),
  "/documents/tree.xml": (visit) =>
    content(visit, "application/xml", `<?xml version="1.0"?><list><item>One</item></list>`),
  "/documents/frames": framesPage,
  "/documents/frame": (visit) =>
    html(visit, {
      title: "Frame",
      head: `<style>html { background: ${decodeURIComponent(visit.url.search.slice(1))}; }</style>`,
      body: `<div id="promo" style="height: 50px; background: ${yellow}"></div>`,
    }),
  "/documents/plain.txt": (visit) =>
    content(visit, "text/plain; charset=utf-8", "Text\n".repeat(9)),
  "/documents/facts.json": (visit) => content(visit, "application/json", `{"fact": [1, 2, 3]}`),
  "/documents/square.png": (visit) =>
    content(visit, "image/png", plainPNG(200, 200, colours.green)),
  "/documents/report": (visit) => content(visit, "application/pdf", "%PDF-1.7\n"),
  "/documents/sandboxed": (visit) =>
    html(visit, {
      title: "Sandboxed",
      headers: { "content-security-policy": "sandbox" },
      body: `<div id="promo" style="height: 300px; background: ${green}"></div>`,
    }),
  "/documents/cut": cutPage,
  "/documents/undecodable": (visit) => {
    visit.response.writeHead(200, { "content-type": "text/html", "content-encoding": "gzip" });
    visit.response.end("This is no gzip at all");
  },
  "/documents/stopped": (visit) =>
    html(visit, {
      title: "Stopped",
      body: `<div style="height: 300px; background: ${green}"></div><script>window.stop()</script>
        <img src="/hostile/never" alt="">`,
    }),
  "/documents/controlled": controlledPage,
  "/documents/controller.js": async (visit) => {
    await pause(visit, 700);
    content(visit, "text/javascript", controller);
  },
  "/documents/charset/": charsetPage,
};

function framesPage({ response }: Visit): void {
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
  const frame = (colour: string): string =>
    `<frame src="/documents/frame?${encodeURIComponent(colour)}" scrolling="no">`;
  response.end(
    `<!doctype html><html><head><title>Frames</title></head><frameset cols="50%,50%" border="0">${frame(green)}${frame(blue)}</frameset></html>`,
  );
}

/** Announces more bytes than it sends. */
function cutPage({ response }: Visit): void {
  const body = `<!doctype html><title>Cut</title><body style="background: ${green}">Half of a`;
  response.writeHead(200, { "content-type": "text/html", "content-length": body.length + 1000 });
  response.write(body, () => response.socket?.end());
}

/** Red; reloads itself when its service worker takes over, which then answers with a green page; blue where there are none. */
function controlledPage(visit: Visit): void {
  html(visit, {
    title: "Controlled",
    head: `<style>html { background: ${red}; }</style><script>
      const fallBack = () => { document.documentElement.style.background = "${blue}"; };
      if (!navigator.serviceWorker) fallBack();
      else if (!navigator.serviceWorker.controller) {
        navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
        navigator.serviceWorker.register("/documents/controller.js").catch(fallBack);
      }</script>`,
    body: "",
  });
}

const controller = `
  oninstall = () => skipWaiting();
  onactivate = (event) => event.waitUntil(clients.claim());
  onfetch = (event) => {
    if (event.request.mode !== "navigate") return;
    const headers = { "content-type": "text/html" };
    event.respondWith(new Response("<!doctype html><title>Controlled</title><style>html { background: ${green}; }</style>", { headers }));
  };`;

/** Encoded titles; in a `meta` or by their first bytes, never in the header. */
const encodedTitles: Record<string, Buffer> = {
  "windows-1251": Buffer.from("cff0e8e2e5f2", "hex"),
  shift_jis: Buffer.from("93fa967b8cea", "hex"),
  gbk: Buffer.from("cdf8d2b3", "hex"),
};

/** `/documents/charset/gbk`: title and text in that character set. */
function charsetPage(visit: Visit): void {
  const name = visit.url.pathname.split("/").at(-1) ?? "";
  visit.response.writeHead(200, { "content-type": "text/html" });
  if (name === "utf-16le")
    return void visit.response.end(
      Buffer.from("\ufeff<!doctype html><title>Łódź</title><p>Łódź", "utf16le"),
    );
  const title = encodedTitles[name] ?? Buffer.alloc(0);
  visit.response.end(
    Buffer.concat([
      Buffer.from(`<!doctype html><meta charset="${name}"><title>`),
      title,
      Buffer.from("</title><p>"),
      title,
    ]),
  );
}
