import { html, numberOf, type Routes, type Visit } from "./answers.ts";
import { colourOf, colours, css } from "./colours.ts";

/** Elements that are difficult to take alone, and pages that need time before there is anything to take. */
export const coveredElementRoutes: Routes = {
  "/element/covered": coveredPage,
  "/element/pane": panePage,
  "/element/tall": tallElementPage,
  "/element/boxless": boxlessPage,
  "/element/outside": outsidePage,
  "/late-paint": latePaintPage,
  "/late-lower-half": lateLowerHalfPage,
  "/waits-for": waitsForPage,
};

function page(visit: Visit, styles: string, body: string): void {
  html(visit, { title: "Element", head: `<style>${styles}</style>`, body });
}

/** `#card` below a sticky and a fixed header, beside a bubble, under a modal dialog; the head of the card is sticky itself. */
function coveredPage(visit: Visit): void {
  page(
    visit,
    `.bar { position: sticky; top: 0; height: 90px; background: ${css(colours.red)}; z-index: 5; }
     .bubble { position: fixed; right: 10px; bottom: 10px; width: 150px; height: 150px; background: ${css(colours.pink)}; z-index: 6; }
     dialog { width: 300px; height: 300px; background: ${css(colours.orange)}; }
     #card { height: 550px; margin: 0 50px; background: ${css(colours.green)}; }
     #card b { position: sticky; top: 0; display: block; height: 50px; background: ${css(colours.blue)}; }`,
    `<div class="bar"></div><div style="height: 1400px"></div><div id="card"><b></b></div><div style="height: 900px"></div><div class="bubble"></div>
     <dialog id="modal"></dialog><script>document.getElementById("modal").showModal()</script>`,
  );
}

/** `#content`, 400 by 900 pixels, in a pane of 300. */
function panePage(visit: Visit): void {
  page(
    visit,
    `.pane { width: 300px; height: 300px; overflow: auto; margin: 100px; } #content { width: 400px; height: 900px; }`,
    `<div class="pane"><div id="content"><div style="height: 450px; background: ${css(colours.blue)}"></div><div style="height: 450px; background: ${css(colours.yellow)}"></div></div></div>`,
  );
}

/** `#list`, 4,000 pixels high, with lazy images, of which those out of view are hidden. */
function tallElementPage(visit: Visit): void {
  const image = (index: number): string =>
    `<img loading="lazy" src="/whole/image?n=${index}&milliseconds=200" alt="">`;
  page(
    visit,
    `#list { margin: 500px 100px; width: 400px; } img { display: block; width: 400px; height: 500px; } img.away { visibility: hidden; }`,
    `<div id="list">${Array.from({ length: 8 }, (_, index) => image(index)).join("")}</div><script>
      const observer = new IntersectionObserver((entries) => {
        for (const { target, isIntersecting } of entries) target.classList.toggle("away", !isIntersecting);
      });
      for (const image of document.images) observer.observe(image);</script>`,
  );
}

/** Elements whose size is that of what they contain, and some that have none at all. */
function boxlessPage(visit: Visit): void {
  const child = `<i style="display: block; width: 120px; height: 80px; background: ${css(colours.violet)}"></i>`;
  page(
    visit,
    `body { padding: 40px; } #contents { display: contents; } #floating i { float: left; } p { clear: both; }
     #veiled, .veil { height: 200px; background: ${css(colours.teal)}; } .veil { position: relative; top: -200px; background: ${css(colours.grey)}; }`,
    `<div id="contents">${child}</div><p></p><div id="floating">${child}</div><p></p>
     <div id="veiled"></div><div class="veil" id="veil"></div><div id="none" style="display: none">x</div><div id="unseen" style="visibility: hidden">x</div><div id="flat" style="height: 0; overflow: hidden">${child}</div>`,
  );
}

/** `#right` is far right of the window, where the page does not scroll; `#left` is left of the page. */
function outsidePage(visit: Visit): void {
  page(
    visit,
    `html { overflow-x: hidden; } div { position: absolute; top: 100px; width: 200px; height: 100px; }
     #right { left: 2000px; background: ${css(colours.teal)}; } #left { left: -500px; background: ${css(colours.red)}; }`,
    `<div id="right"></div><div id="left"></div>`,
  );
}

/** White until a script paints it, or with `?splash` removes what covers it, `?milliseconds=…` after the page has loaded. */
function latePaintPage(visit: Visit): void {
  const milliseconds = numberOf(visit, "milliseconds", 1200);
  if (visit.url.searchParams.has("splash"))
    return page(
      visit,
      `.splash { position: fixed; inset: 0; background: white; } main { height: 2000px; background: linear-gradient(${css(colours.green)} 200px, ${css(colours.blue)} 200px); }`,
      `<main></main><div class="splash"></div><script>addEventListener("load", () => setTimeout(() => document.querySelector(".splash").remove(), ${milliseconds}));</script>`,
    );
  page(
    visit,
    "",
    `<script>addEventListener("load", () => setTimeout(() => document.body.insertAdjacentHTML("beforeend",
       '<div style="height: 2000px; background: linear-gradient(${css(colours.green)} 200px, ${css(colours.blue)} 200px)"></div>'), ${milliseconds}));</script>`,
  );
}

/** Below a coloured head, text that a script makes visible after a while, or never with `?never`. */
function lateLowerHalfPage(visit: Visit): void {
  const text = `<p style="margin: 0; height: 300px; background: ${css(colourOf(2))}; color: white">Something to read</p>`;
  page(
    visit,
    `section { opacity: 0; }`,
    `<div style="height: 700px; background: ${css(colours.red)}"></div><section>${text.repeat(10)}</section>${
      visit.url.searchParams.has("never")
        ? ""
        : `<script>setTimeout(() => { document.querySelector("section").style.opacity = 1; }, 2000)</script>`
    }`,
  );
}

/** Loads a script, an image and a style sheet that never come. */
function waitsForPage(visit: Visit): void {
  html(visit, {
    title: "Waits",
    body: `<p>Text</p><img src="/hostile/never?image&secret=1" alt=""><script defer src="/hostile/drip"></script>`,
  });
}
