import { content, html, type Routes, type Visit } from "./answers.ts";
import { colourOf, colours, css } from "./colours.ts";
import { photoPNG } from "./png.ts";

/** Twenty sections of 600 pixels, each with an image of its own at the same place. */
export const articleLayout = {
  sections: 20,
  sectionHeight: 600,
  imageTop: 200,
  imageLeft: 240,
  imageWidth: 800,
  imageHeight: 300,
} as const;

const { sections, sectionHeight, imageTop, imageLeft, imageWidth, imageHeight } = articleLayout;

/** An article of 12,000 pixels. Half of its images have loading=lazy, the other half wait for an IntersectionObserver. */
export const articleRoutes: Routes = {
  "/article": (visit) =>
    html(visit, {
      title: "Article",
      head: `<style>${styles}</style>`,
      body: `${Array.from({ length: sections }, (_, index) => section(index)).join("")}<script>${observe}</script>`,
    }),
  "/article/image/": (visit) => content(visit, "image/png", imageOf(visit)),
};

/** Middle of the n-th image, from the page's corner. */
export function articleImageMiddle(index: number): { x: number; y: number } {
  return {
    x: imageLeft + imageWidth / 2,
    y: index * sectionHeight + imageTop + imageHeight / 2,
  };
}

const styles = `
section { position: relative; height: ${sectionHeight}px; overflow: hidden; background: white; border-top: 4px solid ${css(colours.navy)}; box-sizing: border-box; }
section h2 { margin: 24px 240px 8px; } section p { margin: 0 240px; color: #333; line-height: 1.6; }
section img { position: absolute; left: ${imageLeft}px; top: ${imageTop - 4}px; width: ${imageWidth}px; height: ${imageHeight}px; background: #ddd; }`;

const observe = `
const observer = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    observer.unobserve(target);
    target.src = target.dataset.src;
  }
});
for (const image of document.querySelectorAll("img[data-src]")) observer.observe(image);`;

function section(index: number): string {
  const source = `/article/image/${index}`;
  const image =
    index % 2 === 0
      ? `<img loading="lazy" src="${source}" alt="">`
      : `<img data-src="${source}" alt="">`;
  return `<section><h2>Part ${index + 1}</h2><p>Long articles are read from the top, and their images are loaded when somebody comes near them. A picture of the whole page has to come near all of them.</p>${image}</section>`;
}

function imageOf({ url }: Visit): Buffer {
  return photoPNG(80, 30, colourOf(Number(url.pathname.split("/").at(-1))));
}
