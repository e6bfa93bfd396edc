import { content, html, numberOf, pause, type Routes, type Visit } from "./answers.ts";
import { colourOf, colours, css } from "./colours.ts";
import { plainPNG } from "./png.ts";

/** Pages that come out wrong where a picture of the whole page is only a higher picture of the window. */
export const wholePageRoutes: Routes = {
  "/whole/app": appPage,
  "/whole/reveal": revealPage,
  "/whole/overlays": overlaysPage,
  "/whole/scripted-hero": scriptedHeroPage,
  "/whole/loaders": loadersPage,
  "/whole/virtual": virtualPage,
  "/whole/snapping": snappingPage,
  "/whole/frames": framesPage,
  "/whole/frame": (visit) =>
    page(visit, "", `<div style="height: 100vh; background: ${css(colours.violet)}"></div>`),
  "/whole/skipped": skippedPage,
  "/whole/sensitive": sensitivePage,
  "/whole/parts": partsPage,
  "/whole/tower": towerPage,
  "/whole/accordion": accordionPage,
  "/whole/image": async (visit) => {
    await pause(visit, numberOf(visit, "milliseconds", 0));
    content(visit, "image/png", plainPNG(40, 40, colourOf(numberOf(visit, "n", 0))));
  },
};

const band = (height: number, index: number, inside = ""): string =>
  `<div class="band" style="height: ${height}px; background: ${css(colourOf(index))}">${inside}</div>`;

function bands(count: number, height: number): string {
  return Array.from({ length: count }, (_, index) => band(height, index)).join("");
}

function page(visit: Visit, styles: string, body: string): void {
  html(visit, { title: "Whole", head: `<style>${styles}</style>`, body });
}

/** An app whose rows scroll in a pane beside a menu; `?pane=…` gives the pane a height that does not follow the window. */
function appPage(visit: Visit): void {
  const pane = visit.url.searchParams.get("pane") ?? "100%";
  page(
    visit,
    `html, body { height: 100%; overflow: hidden; }
     .app { display: grid; grid-template-columns: 200px 1fr; height: 100%; }
     nav { background: ${css(colours.navy)}; }
     .pane { height: ${pane}; overflow-y: scroll; scroll-behavior: smooth; }`,
    `<div class="app"><nav></nav><div class="pane">${bands(8, 500)}</div></div>`,
  );
}

/** Cards of 600 pixels that fade in when they come into view, and out when they leave it. */
function revealPage(visit: Visit): void {
  page(
    visit,
    `.card { height: 600px; background: ${css(colours.teal)}; opacity: 0; transform: translateX(-100%); transition: all 0.7s; }
     .card.seen { opacity: 1; transform: none; }`,
    `${'<div class="card"></div>'.repeat(7)}<script>
      const observer = new IntersectionObserver((entries) => {
        for (const { target, isIntersecting } of entries) target.classList.toggle("seen", isIntersecting);
      });
      for (const card of document.querySelectorAll(".card")) observer.observe(card);</script>`,
  );
}

/** A first screen of the window's height, a fixed header, a fixed bar at the bottom, a dialog in the middle and a sticky heading. */
function overlaysPage(visit: Visit): void {
  page(
    visit,
    `header, footer, dialog, .hero { box-sizing: border-box; width: 100%; border: 0; padding: 0; margin: 0; }
     header { position: fixed; top: 0; height: 40px; background: ${css(colours.navy)}; z-index: 3; }
     footer { position: fixed; bottom: 0; height: 60px; background: ${css(colours.red)}; }
     .dialog { position: fixed; left: 300px; top: calc(50% - 50px); width: 200px; height: 100px; background: ${css(colours.pink)}; }
     .hero { min-height: 100vh; background: ${css(colours.grey)}; }
     h2 { position: sticky; top: 40px; margin: 0; height: 30px; background: ${css(colours.orange)}; }`,
    `<header></header><div class="hero"></div><section><h2></h2>${bands(5, 500)}</section><footer></footer><div class="dialog"></div>`,
  );
}

/** A first screen that a script makes as high as the window, a moment after each change of it, and one of half its height. */
function scriptedHeroPage(visit: Visit): void {
  page(
    visit,
    ".half { height: 50vh; }",
    `<div id="hero" style="background: ${css(colours.blue)}"></div><div class="half" style="background: ${css(colours.yellow)}"></div>
     ${bands(4, 500)}<script>
      const fit = () => { document.getElementById("hero").style.height = innerHeight + "px"; };
      fit();
      addEventListener("resize", () => setTimeout(fit, 150));</script>`,
  );
}

/**
 * Twelve images of 400 pixels, which take `?milliseconds=…`: natively lazy, by a scroll listener, by an observer that wants them to stay
 * in view, and as the poster of a video.
 */
function loadersPage(visit: Visit): void {
  const milliseconds = numberOf(visit, "milliseconds", 0);
  const image = (index: number): string => {
    const source = `/whole/image?n=${index}&milliseconds=${milliseconds}`;
    switch (index % 4) {
      case 0:
        return `<img loading="lazy" src="${source}" alt="">`;
      case 1:
        return `<img class="listening" data-src="${source}" alt="">`;
      case 2:
        return `<img class="dwelling" data-src="${source}" alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=">`;
      default:
        return `<video class="observed" data-poster="${source}"></video>`;
    }
  };
  page(
    visit,
    `img, video { display: block; width: 400px; height: 400px; object-fit: fill; background: #ddd; }`,
    `${Array.from({ length: 12 }, (_, index) => image(index)).join("")}<script>
      const load = (element) => { if (element.dataset.poster) element.poster = element.dataset.poster; else element.src = element.dataset.src; };
      addEventListener("scroll", () => {
        for (const element of document.querySelectorAll(".listening"))
          if (element.getBoundingClientRect().top < innerHeight) load(element);
      });
      const timers = new Map();
      const observer = new IntersectionObserver((entries) => {
        for (const { target, isIntersecting } of entries) {
          clearTimeout(timers.get(target));
          if (isIntersecting) timers.set(target, setTimeout(load, target.className === "dwelling" ? 250 : 0, target));
        }
      });
      for (const element of document.querySelectorAll(".dwelling, .observed")) observer.observe(element);</script>`,
  );
}

/** A list of 60 rows of 80 pixels, of which only those in the window exist. */
function virtualPage(visit: Visit): void {
  const palette = Array.from({ length: 8 }, (_, index) => css(colourOf(index)));
  page(
    visit,
    `#list { position: relative; height: ${60 * 80}px; } #list div { position: absolute; left: 0; right: 0; height: 80px; }`,
    `<div id="list"></div><script>
      const palette = ${JSON.stringify(palette)};
      const list = document.getElementById("list");
      const draw = () => {
        const first = Math.max(0, Math.floor(scrollY / 80) - 1), last = Math.min(60, Math.ceil((scrollY + innerHeight) / 80) + 1);
        list.replaceChildren(...Array.from({ length: last - first }, (_, n) => {
          const row = document.createElement("div");
          row.style.top = (first + n) * 80 + "px";
          row.style.background = palette[(first + n) % 8];
          return row;
        }));
      };
      draw();
      addEventListener("scroll", draw);
      addEventListener("resize", draw);</script>`,
  );
}

/** Sections of a window each that snap and scroll smoothly, with a lazy image in each. */
function snappingPage(visit: Visit): void {
  const section = (index: number): string =>
    `<section><img loading="lazy" src="/whole/image?n=${index}" alt=""></section>`;
  page(
    visit,
    `html { scroll-behavior: smooth; scroll-snap-type: y mandatory; }
     section { height: 100vh; scroll-snap-align: start; } img { width: 100%; height: 100%; display: block; }`,
    Array.from({ length: 6 }, (_, index) => section(index)).join(""),
  );
}

/** Below the first screen, lazy frames of 300 pixels: of this origin, of the other origin, and of another site. */
function framesPage(visit: Visit): void {
  const other = new URL(visit.thirdParty);
  const frame = (source: string): string =>
    `<iframe loading="lazy" src="${source}" style="display: block; width: 300px; height: 300px; border: 0; margin: 50px"></iframe>`;
  page(
    visit,
    "",
    `<div style="height: 5000px"></div>${frame("/whole/frame")}${frame(`${other.origin}/whole/frame`)}
     ${frame(`http://localhost:${other.port}/whole/frame`)}<div style="height: 500px"></div>`,
  );
}

/** Sections that the browser skips while they are far away, and takes for 50 pixels high. */
function skippedPage(visit: Visit): void {
  page(
    visit,
    "section { content-visibility: auto; contain-intrinsic-size: auto 50px; }",
    Array.from({ length: 9 }, (_, index) => `<section>${band(500, index)}</section>`).join(""),
  );
}

/** Turns red when its window becomes a single pixel, or anything is seen to leave it. */
function sensitivePage(visit: Visit): void {
  page(
    visit,
    `body { background: ${css(colours.green)}; } #tall { height: 3000px; }`,
    `<div id="tall"></div><script>
      const spoil = () => { document.body.style.background = "${css(colours.red)}"; };
      addEventListener("resize", () => { if (innerWidth < 100) spoil(); });
      let seen = false;
      new IntersectionObserver(([{ isIntersecting }]) => { if (seen && !isIntersecting) spoil(); seen = isIntersecting; })
        .observe(document.getElementById("tall"));</script>`,
  );
}

/** Parts of 900 pixels, each to be reached by its name, under a sticky header. */
function partsPage(visit: Visit): void {
  page(
    visit,
    `header { position: sticky; top: 0; height: 50px; background: ${css(colours.navy)}; }`,
    `<header></header>${Array.from({ length: 5 }, (_, index) => `<div id="part-${index}">${band(900, index)}</div>`).join("")}`,
  );
}

/** Taller than any window: bands of 1,000 pixels with a lazy image each, which hide when they are out of view; a fixed header. */
function towerPage(visit: Visit): void {
  const count = numberOf(visit, "bands", 24);
  const image = (index: number): string =>
    `<img loading="lazy" src="/whole/image?n=${index + 1}" alt="">`;
  page(
    visit,
    `header { position: fixed; z-index: 1; top: 0; width: 100%; height: 40px; background: ${css(colours.navy)}; }
     img { display: block; margin-left: 100px; width: 200px; height: 1000px; } .band.away img { visibility: hidden; }`,
    `<header></header>${Array.from({ length: count }, (_, index) => band(1000, index, image(index))).join("")}<script>
      const observer = new IntersectionObserver((entries) => {
        for (const { target, isIntersecting } of entries) target.classList.toggle("away", !isIntersecting);
      });
      for (const band of document.querySelectorAll(".band")) observer.observe(band);</script>`,
  );
}

/** A part that opens when it is seen, and one into which a script puts what it has fetched. */
function accordionPage(visit: Visit): void {
  page(
    visit,
    `.closed { height: 0; overflow: hidden; } .open { height: 400px; background: ${css(colours.orange)}; }`,
    `${bands(4, 500)}<div id="opens" class="closed"></div><div id="fetched" style="min-height: 10px"></div>${band(500, 4)}<script>
      new IntersectionObserver(([{ isIntersecting, target }]) => { if (isIntersecting) target.className = "open"; })
        .observe(document.getElementById("opens"));
      new IntersectionObserver(async ([{ isIntersecting, target }], observer) => {
        if (!isIntersecting) return;
        observer.disconnect();
        await (await fetch("/whole/image?milliseconds=200")).blob();
        target.innerHTML = '<div style="height: 600px; background: ${css(colours.teal)}"></div>';
      }).observe(document.getElementById("fetched"));</script>`,
  );
}
