import { content, html, numberOf, pause, redirect, type Routes, type Visit } from "./answers.ts";
import { colourOf, colours, css } from "./colours.ts";

/** Pages that try to block, fill or escape the browser, and hosts that misbehave. */
export const hostileRoutes: Routes = {
  "/hostile/dialogs": dialogsPage,
  "/hostile/loop": (visit) => withScript(visit, "while (true);"),
  "/hostile/loop-after-load": (visit) =>
    withScript(visit, `onload = () => setTimeout(() => { while (true); }, 50)`),
  "/hostile/memory": (visit) =>
    withScript(visit, `const all = []; for (;;) all.push(new Array(1e5).fill({ n: all.length }));`),
  "/hostile/popups": (visit) =>
    withScript(visit, `for (let n = 0; n < 20; n += 1) window.open("/hostile/popup?" + n);`),
  "/hostile/popup": (visit) => withScript(visit, `window.open(location.href + "x")`),
  "/hostile/infinite": infinitePage,
  "/hostile/download": (visit) => {
    visit.response.setHeader("content-disposition", `attachment; filename="file.bin"`);
    content(visit, "application/octet-stream", Buffer.alloc(1000));
  },
  "/hostile/document": (visit) => content(visit, "application/pdf", "%PDF-1.7\n"),
  "/hostile/no-content": ({ response }) => {
    response.writeHead(204).end();
  },
  "/hostile/status/": statusPage,
  "/hostile/endless-redirect": (visit) =>
    redirect(visit, 302, `/hostile/endless-redirect?n=${numberOf(visit, "n", 0) + 1}`),
  "/hostile/endless-refresh": (visit) =>
    html(visit, {
      title: "Refresh",
      body: `<div style="height: 300px; background: ${css(colours.pink)}"></div><script>setTimeout(() => location.replace("/hostile/endless-refresh?" + Math.random()), 400)</script>`,
    }),
  "/hostile/drip": drip,
  "/hostile/never": () => undefined,
  "/hostile/never-image": (visit) =>
    html(visit, {
      title: "Never loads",
      body: `<div style="height: 300px; background: ${css(colours.teal)}"></div><img src="/hostile/never" alt="">`,
    }),
  "/hostile/reset": ({ request }) => {
    request.socket.destroy();
  },
  "/hostile/file-frame": (visit) =>
    html(visit, {
      title: "File",
      body: `<iframe src="file:///etc/passwd" style="width: 600px; height: 400px; border: 0"></iframe>`,
    }),
  "/hostile/lying": (visit) =>
    html(visit, {
      title: "Lies",
      head: `<script>performance.getEntriesByType = () => [{ responseStatus: 500 }];
        Document.prototype.querySelectorAll = () => []; Element.prototype.getBoundingClientRect = () => ({});
        window.scrollTo = () => { document.body.textContent = ""; };</script>`,
      body: `<div id="box" style="height: 2500px; background: ${css(colours.green)}"></div>`,
    }),
};

function withScript(visit: Visit, script: string): void {
  html(visit, {
    title: "Hostile",
    body: `<div style="height: 300px; background: ${css(colours.violet)}">Hostile</div><script>${script}</script>`,
  });
}

/** Every kind of dialog, at once and again later, and a `beforeunload` dialog. */
function dialogsPage(visit: Visit): void {
  withScript(
    visit,
    `onbeforeunload = (event) => event.preventDefault();
     alert("1"); confirm("2"); prompt("3");
     setInterval(() => alert("again"), 20);`,
  );
}

/**
 * A feed that gets one more block whenever its end comes near. It polls, because a scroll event comes with a frame, which a busy
 * browser may not draw while it is scrolled on.
 */
function infinitePage(visit: Visit): void {
  const palette = Array.from({ length: 8 }, (_, index) => css(colourOf(index)));
  withScript(
    visit,
    `const palette = ${JSON.stringify(palette)}; let count = 0;
     const more = () => { const block = document.createElement("div"); block.style.height = "1000px";
       block.style.background = palette[count++ % palette.length]; document.body.append(block); };
     more(); more();
     setInterval(() => {
       if (scrollY + innerHeight + 500 > document.documentElement.scrollHeight) more();
     }, 10);`,
  );
}

/** `/hostile/status/404` answers with that status and a page; with `?empty` without a body. */
function statusPage({ response, url }: Visit): void {
  const status = Number(url.pathname.split("/").at(-1));
  if (status === 401) response.setHeader("www-authenticate", 'Basic realm="Site"');
  response.writeHead(status, { "content-type": "text/html" });
  response.end(
    url.searchParams.has("empty")
      ? ""
      : `<body style="margin: 0; background: ${css(colours.orange)}"><h1>${status}</h1></body>`,
  );
}

/** A document that arrives in small pieces and never ends. */
async function drip(visit: Visit): Promise<void> {
  const { response, closing } = visit;
  response.writeHead(200, { "content-type": "text/html" });
  while (!closing.aborted && !response.destroyed) {
    response.write("<p>drip</p>");
    await pause(visit, 100);
  }
  response.end();
}
