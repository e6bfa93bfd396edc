import { html, type Routes, type Visit } from "./answers.ts";
import { colours, css } from "./colours.ts";

/** Pages that move, blink, or wait for fonts. */
export const restRoutes: Routes = {
  "/rest/moving": movingPage,
  "/rest/frame": (visit) =>
    html(visit, { title: "Frame", head: fading, body: `<div class="box fading"></div>` }),
  "/rest/caret": (visit) =>
    html(visit, {
      title: "Caret",
      head: `<style>input { width: 600px; height: 300px; border: 0; outline: 0; font-size: 250px; caret-color: ${css(colours.red)}; }</style>`,
      body: `<input autofocus><script>document.querySelector("input").focus()</script>`,
    }),
  "/rest/missing-font": missingFontPage,
  "/rest/canvases": canvasesPage,
};

const red = css(colours.red);
const green = css(colours.green);
const blue = css(colours.blue);

const fading = `<style>
  body { margin: 0; } .box { float: left; width: 100px; height: 100px; background: ${green}; }
  .fading { animation: fade 3s linear 1s both; }
  @keyframes fade { from { background: ${red}; } to { background: ${green}; } }</style>`;

/** Blocks of 100 pixels side by side, by name: each is green when it is at rest; the last one is blue and turns for ever. */
export const movingBlocks = [
  "transition",
  "animation",
  "chained",
  "open",
  "closed",
  "frame",
  "pulse",
] as const;

function movingPage(visit: Visit): void {
  html(visit, {
    title: "Moving",
    head: `${fading}<style>
      iframe { border: 0; }
      #transition, #chained { background: ${red}; transition: background-color 3s linear; }
      #transition.on, #chained.done { background: ${green}; }
      #chained { transition: none; opacity: 0.9; } #chained.on { opacity: 1; transition: opacity 3s linear; }
      #chained.done { transition: background-color 3s linear; }
      #pulse { animation: pulse 2s linear infinite alternate; }
      @keyframes pulse { from { opacity: 0; } 40%, 60% { opacity: 1; } to { opacity: 0; } }
      #turning { clear: left; margin: 150px; background: ${blue}; animation: turn 700ms linear infinite; }
      @keyframes turn { to { transform: rotate(1turn); } }</style>`,
    body: `<div class="box" id="transition"></div><div class="box fading" id="animation"></div><div class="box" id="chained"></div>
      <div class="box" id="open" style="background: none"></div><div class="box" id="closed" style="background: none"></div>
      <iframe class="box" src="/rest/frame"></iframe><div class="box" id="pulse"></div><div class="box" id="turning"></div><script>
      for (const mode of ["open", "closed"])
        document.getElementById(mode).attachShadow({ mode }).innerHTML = \`${fading}<div class="box fading"></div>\`;
      const [transition, chained] = ["transition", "chained"].map((id) => document.getElementById(id));
      chained.addEventListener("transitionend", ({ propertyName }) => propertyName === "opacity" && chained.classList.add("done"));
      onload = () => requestAnimationFrame(() => { transition.classList.add("on"); chained.classList.add("on"); });</script>`,
  });
}

/** Text in a font that never comes, invisible for seconds. */
function missingFontPage(visit: Visit): void {
  html(visit, {
    title: "Missing font",
    head: `<style>@font-face { font-family: "Nowhere Sans"; src: url(/hostile/never?font); font-display: block; }
      p { margin: 0; font: 900 200px "Nowhere Sans", sans-serif; color: ${red}; }</style>`,
    body: `<p>MMMM</p>`,
  });
}

/** A canvas drawn with WebGL, below text, and one drawn in two dimensions. */
function canvasesPage(visit: Visit): void {
  html(visit, {
    title: "Canvases",
    head: `<style>canvas { display: block; width: 300px; height: 200px; } #gl { margin-left: 50px; }
      p { position: absolute; top: 0; margin: 20px; }</style>`,
    body: `<canvas id="gl" width="300" height="200"></canvas><canvas id="flat" width="300" height="200"></canvas><p>Text</p><script>
      const gl = document.getElementById("gl").getContext("webgl");
      gl.clearColor(${colours.violet.map((channel) => channel / 255).join(", ")}, 1);
      gl.clear(gl.COLOR_BUFFER_BIT);
      const flat = document.getElementById("flat").getContext("2d");
      flat.fillStyle = "${css(colours.orange)}";
      flat.fillRect(0, 0, 300, 200);</script>`,
  });
}
