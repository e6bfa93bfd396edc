import { content, html, numberOf, type Routes, type Visit } from "./answers.ts";
import { colourOf, colours, css } from "./colours.ts";

/** Pages whose pictures show whether an option had its effect. */
export const optionRoutes: Routes = {
  "/corners": cornersPage,
  "/tall": tallPage,
  "/scheme": schemePage,
  "/elements": elementsPage,
  "/policy": policyPage,
  "/late": latePage,
  "/hero": heroPage,
  "/settling": settlingPage,
  "/scroll-log": scrollLogPage,
  "/scrolled": (visit) => content(visit, "text/plain", ""),
  "/blank": (visit) => html(visit, { title: "Blank", body: "" }),
};

/** Blocks of 100 pixels in the four corners of the window. */
function cornersPage(visit: Visit): void {
  const corner = (place: string, colour: string): string =>
    `<i style="position: fixed; ${place}; width: 100px; height: 100px; background: ${colour}"></i>`;
  html(visit, {
    title: "Corners",
    body:
      corner("left: 0; top: 0", css(colours.red)) +
      corner("right: 0; top: 0", css(colours.green)) +
      corner("left: 0; bottom: 0", css(colours.blue)) +
      corner("right: 0; bottom: 0", css(colours.yellow)),
  });
}

/** Bands of 1,000 pixels, each in its colour, with its number. */
function tallPage(visit: Visit): void {
  const height = numberOf(visit, "height", 20_000);
  const bands = Array.from({ length: Math.ceil(height / 1000) }, (_, index) => {
    const bandHeight = Math.min(1000, height - index * 1000);
    return `<div style="height: ${bandHeight}px; background: ${css(colourOf(index))}">${index}</div>`;
  });
  html(visit, { title: "Tall", body: bands.join("") });
}

function schemePage(visit: Visit): void {
  html(visit, {
    title: "Colour scheme",
    head: `<style>body { height: 100vh; background: ${css(colours.yellow)}; }
      @media (prefers-color-scheme: dark) { body { background: ${css(colours.navy)}; } }</style>`,
    body: "",
  });
}

/** Elements to select: below the fold, invisible, without a size, and one that appears late. */
function elementsPage(visit: Visit): void {
  html(visit, {
    title: "Elements",
    head: `<style>
      .box { position: absolute; }
      #first { left: 100px; top: 100px; width: 300px; height: 200px; background: ${css(colours.red)}; }
      #below { left: 50px; top: 3000px; width: 400px; height: 150px; background: ${css(colours.blue)}; }
      #tallest { left: 600px; top: 200px; width: 100px; height: 2500px; background: linear-gradient(${css(colours.green)} 50%, ${css(colours.violet)} 50%); }
      #hidden { left: 0; top: 0; width: 10px; height: 10px; visibility: hidden; }
      #empty { left: 0; top: 0; width: 50px; height: 0; }
      #fraction { left: 900.5px; top: 100.25px; width: 100.5px; height: 50.5px; background: ${css(colours.teal)}; }
      .many { left: 1100px; width: 60px; height: 60px; background: ${css(colours.orange)}; }</style>`,
    body: `<div style="height: 4000px"></div>
      <div class="box" id="first"></div><div class="box" id="below"></div><div class="box" id="tallest"></div>
      <div class="box" id="hidden"></div><div class="box" id="empty"></div><div class="box" id="fraction"></div>
      <div class="box many" style="top: 100px; display: none"></div><div class="box many" style="top: 200px"></div>
      <script>setTimeout(() => document.body.insertAdjacentHTML("beforeend",
        '<div class="box" id="late" style="left: 100px; top: 400px; width: 80px; height: 80px; background: ${css(colours.pink)}"></div>'), 400)</script>`,
  });
}

/** A page whose content security policy allows only the scripts and styles of its own file. */
function policyPage(visit: Visit): void {
  html(visit, {
    title: "Policy",
    headers: {
      "content-security-policy": "default-src 'none'; require-trusted-types-for 'script'",
    },
    body: `<h1>Strict</h1><p class="notice">Notice</p>`,
  });
}

/** Turns from red to green after a while, and only then has an element to wait for. */
function latePage(visit: Visit): void {
  const milliseconds = numberOf(visit, "milliseconds", 500);
  html(visit, {
    title: "Late",
    body: `<div id="state" style="height: 400px; background: ${css(colours.red)}"></div><script>
      setTimeout(() => { document.getElementById("state").style.background = "${css(colours.green)}";
        document.getElementById("state").className = "ready"; }, ${milliseconds})</script>`,
  });
}

/** A first screen as high as the window, then one block; a fixed header. */
function heroPage(visit: Visit): void {
  html(visit, {
    title: "Hero",
    body: `<div style="height: 100vh; background: ${css(colours.blue)}"></div><div style="height: 2000px; background: ${css(colours.orange)}"></div>
      <div style="position: fixed; left: 0; right: 0; top: 0; height: 50px; background: ${css(colours.navy)}"></div>`,
  });
}

/** Loaded while it is still red; green when two requests, one after the other, have come back. */
function settlingPage(visit: Visit): void {
  html(visit, {
    title: "Settling",
    body: `<div id="state" style="height: 400px; background: ${css(colours.red)}"></div><script>
      onload = async () => {
        for (let n = 0; n < 2; n += 1) await (await fetch("/slow-image?milliseconds=200&n=" + n)).blob();
        document.getElementById("state").style.background = "${css(colours.green)}";
      };</script>`,
  });
}

/** Tells the site where and when it was scrolled to: `/scrolled?top=1024&at=512`. */
function scrollLogPage(visit: Visit): void {
  html(visit, {
    title: "Scroll log",
    body: `<div style="height: 3000px; background: ${css(colours.teal)}"></div><script>
      addEventListener("scroll", () => {
        fetch("/scrolled?top=" + Math.round(scrollY) + "&at=" + Math.round(performance.now()));
      });</script>`,
  });
}
