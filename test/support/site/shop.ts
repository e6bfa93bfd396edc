import { content, html, type Routes, type Visit } from "./answers.ts";
import { colourOf, colours, css } from "./colours.ts";
import { photoPNG } from "./png.ts";

/** Where things are in the shop's picture at 1280 pixels of width. */
export const shopLayout = {
  headerHeight: 64,
  bannerHeight: 240,
  columns: 6,
  tileWidth: 200,
  tileHeight: 260,
  photoEdge: 180,
  products: 48,
} as const;

const { columns, tileWidth, tileHeight, photoEdge, products, headerHeight, bannerHeight } =
  shopLayout;
const styleSheets = 6;
const scripts = 6;
const photos = new Map<number, Buffer>();

/** A shop with a sticky header and 60 sub-resources: 48 photos, six style sheets and six scripts. */
export const shopRoutes: Routes = {
  "/shop": (visit) => html(visit, { title: "Shop", head: headOfShop(), body: bodyOfShop() }),
  "/shop/photo/": (visit) => content(visit, "image/png", photoOf(lastNumber(visit))),
  "/shop/style/": (visit) => content(visit, "text/css", styleSheet(lastNumber(visit))),
  "/shop/script/": (visit) => content(visit, "text/javascript", script(lastNumber(visit))),
};

/** Middle of the photo of a product, from the page's corner. */
export function productMiddle(index: number): { x: number; y: number } {
  const row = Math.floor(index / columns);
  const x = 40 + (index % columns) * tileWidth + tileWidth / 2;
  return { x, y: headerHeight + bannerHeight + row * tileHeight + 10 + photoEdge / 2 };
}

function headOfShop(): string {
  const sheets = Array.from({ length: styleSheets }, (_, index) => index);
  const links = sheets.map((index) => `<link rel="stylesheet" href="/shop/style/${index}">`);
  const sources = Array.from({ length: scripts }, (_, index) => index);
  const tags = sources.map((index) => `<script src="/shop/script/${index}" defer></script>`);
  return links.join("") + tags.join("");
}

function bodyOfShop(): string {
  const tiles = Array.from({ length: products }, (_, index) => tile(index)).join("");
  return (
    `<header><b>Shop</b><nav>New · Sale · Home · Garden</nav><span id="cart">…</span></header>` +
    `<section class="banner"><h1>Autumn sale</h1></section><main>${tiles}</main>` +
    `<footer>Imprint · Privacy · Returns</footer>`
  );
}

function tile(index: number): string {
  return (
    `<article class="product"><img src="/shop/photo/${index}" width="${photoEdge}" height="${photoEdge}" alt="">` +
    `<p>Product ${index + 1}</p><p class="price">${(9.9 + index).toFixed(2)} €</p></article>`
  );
}

function photoOf(index: number): Buffer {
  const made = photos.get(index) ?? photoPNG(photoEdge, photoEdge, colourOf(index));
  photos.set(index, made);
  return made;
}

function styleSheet(index: number): string {
  const sheets = [
    `header { position: sticky; top: 0; z-index: 2; height: ${headerHeight}px; box-sizing: border-box; padding: 20px 40px; display: flex; gap: 40px; background: ${css(colours.navy)}; color: white; }`,
    `.banner { height: ${bannerHeight}px; background: ${css(colours.yellow)}; display: grid; place-items: center; } h1 { margin: 0; font-size: 48px; }`,
    `main { display: grid; grid-template-columns: repeat(${columns}, ${tileWidth}px); padding: 0 40px; }`,
    `.product { height: ${tileHeight}px; box-sizing: border-box; padding: 10px; } .product img { display: block; }`,
    `.product p { margin: 8px 0 0; font-size: 14px; } .price { font-weight: bold; color: ${css(colours.red)}; }`,
    `footer { height: 80px; background: ${css(colours.grey)}; color: white; padding: 20px 40px; box-sizing: border-box; }`,
  ];
  return sheets[index] ?? "";
}

function script(index: number): string {
  return index === 0
    ? `document.getElementById("cart").textContent = "Cart (0)";`
    : `window.shopModules = [...(window.shopModules ?? []), ${index}];`;
}

function lastNumber({ url }: Visit): number {
  return Number(url.pathname.split("/").at(-1));
}
