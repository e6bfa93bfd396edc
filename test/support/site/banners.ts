import { content, html, type Routes, type Visit } from "./answers.ts";
import { colours, css } from "./colours.ts";

/** Pages with cookie banners (red) in front of a green page; a click on a banner's button is a visit of `/answered`. */
export const bannerRoutes: Routes = {
  "/banner": bannerPage,
  "/banner-frame": framePage,
  "/answered": (visit) => content(visit, "text/plain", ""),
};

/** Of the frame with a banner: another site than the page's. */
export const bannerFrameHost = "consent.stills-other.example";

const red = css(colours.red);
const bar = `position: fixed; left: 0; right: 0; bottom: 0; padding: 30px; z-index: 99; background: ${red};`;
const screen = `position: fixed; inset: 0; padding: 30px; z-index: 99; background: ${red};`;
const english =
  "We use cookies and similar technologies to improve your experience on our website.";
const german = "Wir verwenden Cookies, um Ihnen das beste Erlebnis auf unserer Website zu bieten.";

const answer = (what: string): string =>
  `onclick="fetch('/answered?what=${what}'); window.answered?.()"`;
const button = (text: string, what: string, attributes = ""): string =>
  `<button ${attributes} ${answer(what)}>${text}</button>`;
const refuse = button("Reject all", "refused");
const accept = button("Accept all", "accepted");

/** What closes them when one of their buttons is pressed. */
const closing = `<script>
  window.answered = () => {
    document.getElementById("banner")?.remove();
    document.documentElement.style.overflow = "";
  };
</script>`;

const kinds: Readonly<Record<string, string>> = {
  none: "",
  onetrust: `<div id="banner"><div id="onetrust-consent-sdk"><div id="onetrust-banner-sdk" style="${bar}" class="otFlat bottom">
    <div id="onetrust-policy-text">${english}</div>
    ${button("Reject All", "refused", 'id="onetrust-reject-all-handler"')}
    ${button("Accept All", "accepted", 'id="onetrust-accept-btn-handler"')}</div></div></div>`,
  cookiebot: `<div id="banner"><div id="CybotCookiebotDialog" style="${bar}" role="dialog"><p>${english}</p>
    ${button("Deny", "refused", 'id="CybotCookiebotDialogBodyButtonDecline"')}
    ${button("Allow all", "accepted", 'id="CybotCookiebotDialogBodyLevelButtonLevelOptinAllowAll"')}</div></div>`,
  didomi: `<div id="didomi-host" style="${screen}"><p>${english}</p>${accept}</div>
    <style>html { overflow: hidden; }</style>`,
  "open-known": `<div id="usercentrics-root"></div><script>
    document.getElementById("usercentrics-root").attachShadow({ mode: "open" }).innerHTML =
      '<div style="${bar}"><p>${english}</p><button>Deny</button></div>';</script>`,
  refuse: `<div id="banner" style="${bar}"><p>${english}</p>${refuse}${accept}</div>`,
  german: `<div id="banner" style="${bar}"><p>${german}</p>${button("Alle ablehnen", "refused")}${button("Alle akzeptieren", "accepted")}</div>`,
  accept: `<div id="banner" style="${bar}"><p>${english}</p>${accept}</div>`,
  "no-answer": `<div id="banner" style="${bar}"><p>${english}</p><button>Settings</button></div>`,
  screen: `<div id="banner" style="${screen}"><p>${english}</p><button>Settings</button></div><style>html, body { overflow: hidden; }</style>`,
  backdrop: `<div style="${screen}"></div>
    <div role="dialog" style="position: fixed; left: 30%; width: 40%; top: 40%; z-index: 100; background: ${red}">
    <p>${english}</p><button>Settings</button></div>`,
  open: `<div class="x"></div><script>document.querySelector(".x").attachShadow({ mode: "open" }).innerHTML =
    '<div style="${bar}"><p>${english}</p><button>Settings</button></div>';</script>`,
  closed: `<div class="x"></div><script>document.querySelector(".x").attachShadow({ mode: "closed" }).innerHTML =
    '<div style="${bar}"><p>${english}</p><button>Settings</button></div>';</script>`,
  frame: `<iframe src="http://${bannerFrameHost}/banner-frame" style="position: fixed; left: 0; bottom: 0; width: 100%; height: 150px; border: 0; background: ${red}"></iframe>`,
};

/** Nothing of these may be hidden. */
const pageParts = `<header style="position: sticky; top: 0; height: 80px; z-index: 5; background: ${css(colours.blue)}">
    <a href="/">Shop</a> <a href="/cookies">Girl Scout cookies</a> <button>OK</button></header>
  <div style="position: fixed; left: 0; right: 0; top: 300px; height: 80px; background: ${css(colours.violet)}">
    Our newsletter: recipes for cookies every week <button>Sign up</button></div>
  <div style="height: 3000px"></div>`;

/** `?kind=` a banner; `&after=` milliseconds after the page has loaded. */
function bannerPage(visit: Visit): void {
  const banner = kinds[visit.url.searchParams.get("kind") ?? ""] ?? "";
  const after = visit.url.searchParams.get("after");
  const late = `<script>setTimeout(() => document.body.insertAdjacentHTML("beforeend", ${JSON.stringify(banner).replaceAll("</", "<\\/")}), ${after})</script>`;
  html(visit, {
    title: "A page with a banner",
    head: `<style>body { background: ${css(colours.green)}; }</style>`,
    body: `${pageParts}${closing}${after === null ? banner : late}`,
  });
}

function framePage(visit: Visit): void {
  html(visit, {
    title: "Frame",
    head: `<style>body { background: ${red}; }</style>`,
    body: `<p>${english}</p><button>Settings</button>`,
  });
}
