import { content, html, type Routes, type Visit } from "./answers.ts";
import { colours, css } from "./colours.ts";
import { plainPNG } from "./png.ts";

/** Pages that turn green when a condition holds, and stay red otherwise. */
export const circumstanceRoutes: Routes = {
  "/holds": holdsPage,
  "/sent": sentPage,
  "/strict": strictPage,
  "/parts": partsPage,
  "/broken": brokenPage,
  "/buttons": buttonsPage,
  "/described": describedPage,
  "/square.png": (visit) => content(visit, "image/png", plainPNG(40, 40, colours.green)),
  "/square.css": (visit) =>
    content(visit, "text/css", `#style { background: ${css(colours.green)} !important; }`),
  "/square.js": (visit) =>
    content(
      visit,
      "text/javascript",
      `document.getElementById("script").style.background = "${css(colours.green)}";`,
    ),
  "/data.json": (visit) => content(visit, "application/json", "{}"),
};

const red = css(colours.red);
const green = css(colours.green);

/** `?expression=…`: JavaScript, which may be a promise. */
function holdsPage(visit: Visit): void {
  const expression = visit.url.searchParams.get("expression") ?? "false";
  html(visit, {
    title: "Holds",
    head: `<meta name="viewport" content="width=device-width">`,
    body: `<script type="module">document.body.style = "height: 400px; background: ${red}";
      if (await (${expression})) document.body.style.background = "${green}";</script>`,
  });
}

/** `?name=…&value=…`: whether the request for the page had this header. */
function sentPage(visit: Visit): void {
  const { searchParams } = visit.url;
  const sent = visit.request.headers[searchParams.get("name") ?? ""] === searchParams.get("value");
  html(visit, {
    title: "Sent",
    body: `<div style="height: 400px; background: ${sent ? green : red}"></div>`,
  });
}

/** A policy that lets only the page's own style attributes through. */
function strictPage(visit: Visit): void {
  html(visit, {
    title: "Strict",
    headers: { "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'" },
    body: `<div id="state" style="height: 400px; background: ${red}"></div>
      <script>document.getElementById("state").style.background = "${green}";</script>`,
  });
}

/**
 * Blocks of 100 pixels side by side, red; each turns green by way of another kind of resource. What "load" does not wait for has come, or
 * failed to, once there is `body.settled`.
 */
function partsPage(visit: Visit): void {
  const parts = ["image", "style", "script", "fetch", "xhr", "frame", "socket", "third"];
  const blocks = parts.map((id) => `<div id="${id}" class="part"></div>`);
  html(visit, {
    title: "Parts",
    head: `<style>.part { float: left; width: 100px; height: 100px; background: ${red}; overflow: hidden; }
        .part img, .part iframe { width: 100px; height: 100px; border: 0; display: block; }</style>
      <link rel="stylesheet" href="/square.css">`,
    body: `${blocks.join("")}<script>
      const turn = (id) => { document.getElementById(id).style.background = "${green}"; };
      const awaited = new Set(["fetch", "xhr", "socket"]);
      const settle = (id) => { awaited.delete(id); if (awaited.size === 0) document.body.className = "settled"; };
      const put = (id, text) => { document.getElementById(id).innerHTML = text; };
      put("image", '<img src="/square.png" alt="">');
      put("frame", '<iframe src="/sent?name=accept-nothing"></iframe>');
      put("third", '<img src="${visit.thirdParty}/square.png?ads=1" alt="">');
      fetch("/data.json").then((answer) => answer.text()).then(() => turn("fetch"), () => {}).then(() => settle("fetch"));
      const request = new XMLHttpRequest();
      request.onload = () => turn("xhr");
      request.onloadend = () => settle("xhr");
      request.open("GET", "/data.json");
      request.send();
      try {
        const socket = new WebSocket(location.origin.replace("http", "ws") + "/socket");
        socket.onopen = () => { turn("socket"); settle("socket"); };
        socket.onerror = () => settle("socket");
      } catch { settle("socket"); }
      </script><script src="/square.js"></script>`,
  });
}

/** An image that does not exist, and one on a closed port. */
function brokenPage(visit: Visit): void {
  html(visit, {
    title: "Broken",
    body: `<p>Some Text, <b>and more</b></p><img src="/missing.png" alt=""><img src="/square.png" alt="">
      <img src="http://127.0.0.1:1/refused.png" alt="">`,
  });
}

/** Things to point at. */
function buttonsPage(visit: Visit): void {
  html(visit, {
    title: "Buttons",
    head: `<style>.box { display: block; width: 200px; height: 100px; background: ${red}; }
      #hovered:hover { background: ${green}; }
      #far { margin-top: 3000px; }</style>`,
    body: `<button class="box" id="button" onclick="this.style.background = '${green}'; document.body.dataset.clicks = 1 + Number(document.body.dataset.clicks ?? 0)"></button>
      <div class="box" id="hovered"></div>
      <a class="box" id="link" href="/holds?expression=true"></a>
      <div id="host"></div>
      <button class="box" id="far" onclick="document.getElementById('button').style.background = '${green}'"></button>
      <script>document.getElementById("host").attachShadow({ mode: "open" }).innerHTML =
        '<button class="inside" style="width: 200px; height: 100px; background: ${red}" onclick="this.style.background = \\'${green}\\'"></button>';</script>`,
  });
}

/** A page with every kind of metadata. */
function describedPage(visit: Visit): void {
  html(visit, {
    title: "Preise für Müller &amp; Söhne – 日本",
    headers: { "x-made-by": "the site", "cache-control": "no-store" },
    head: `<meta property="og:title" content="Prices"><meta property="og:description" content="What it costs">
      <meta property="og:image" content="https://example.com/og.png">
      <link rel="icon" href="/small.png" sizes="16x16" type="image/png"><link rel="shortcut icon" href="/large.svg" sizes="any" type="image/svg+xml">
      <style>h1 { font-family: "Liberation Serif", Georgia, serif; } p { font-family: monospace; }</style>`,
    body: `<h1>Prices</h1><p>One</p><p>Two</p>`,
  });
}
