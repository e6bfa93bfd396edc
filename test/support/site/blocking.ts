import { content, html, redirect, type Routes, type Visit } from "./answers.ts";
import { colours, css } from "./colours.ts";

/** Pages with what the options `block.…` keep away. Their hosts are made up: a test says where they are. */
export const blockingRoutes: Routes = {
  "/annoying": annoyingPage,
  "/paint.js": paintScript,
  "/paint-ads/banner-728x90.js": paintScript,
  "/hidden-boxes": hiddenBoxesPage,
  "/annoying-frame": framePage,
  "/away": (visit) => redirect(visit, 302, visit.url.searchParams.get("to") ?? "/"),
};

/** The blocks of `/annoying`, in order, each turned red by a script of this host; the last by a path of the page's own host. */
export const annoyingHosts = {
  ads: "pagead2.googlesyndication.com",
  trackers: "s.go-mpulse.net",
  chats: "widget.intercom.io",
  socials: "platform.twitter.com",
  cdn: "cdn.stills-test.example",
  framed: "pagead2.googlesyndication.com",
  path: "",
} as const;
/** Of the frame whose script is the ad of the block "framed"; another site than the page's. */
export const frameHost = "frames.stills-other.example";

/** Green blocks of 100 pixels that turn red when what they stand for was loaded. */
function annoyingPage(visit: Visit): void {
  const names = Object.keys(annoyingHosts);
  const blocks = names.map(
    (name, index) =>
      `<i id="${name}" style="position: absolute; left: ${index * 100}px; top: 0; width: 100px; height: 100px; background: ${css(colours.green)}"></i>`,
  );
  const scripts = Object.entries(annoyingHosts)
    .filter(([name]) => name !== "framed")
    .map(([name, host]) => {
      const path = name === "path" ? "/paint-ads/banner-728x90.js" : "/paint.js";
      return `<script src="${host === "" ? "" : `http://${host}`}${path}?block=${name}"></script>`;
    });
  const frame = `<iframe src="http://${frameHost}/annoying-frame" style="position: absolute; top: 200px"></iframe>
    <script>onmessage = ({ data }) => { document.getElementById("framed").style.background = data; };</script>`;
  html(visit, { title: "Annoying", body: blocks.join("") + scripts.join("") + frame });
}

function paintScript(visit: Visit): void {
  const block = visit.url.searchParams.get("block") ?? "";
  const red = css(colours.red);
  const script =
    block === "framed"
      ? `parent.postMessage("${red}", "*");`
      : `document.getElementById("${block}").style.background = "${red}";`;
  content(visit, "text/javascript", script);
}

/** A frame with an ad, as a network's frames have. */
function framePage(visit: Visit): void {
  html(visit, {
    title: "Frame",
    body: `<script src="http://${annoyingHosts.framed}/paint.js?block=framed"></script>`,
  });
}

/** Boxes that the lists hide, by category; each is red, in front of a green one, in the order of `hiddenBoxes`. */
export const hiddenBoxes: Readonly<Record<string, string>> = {
  block_ads: 'class="banner-ad"',
  block_chats: 'id="intercom-container"',
  block_socials: 'class="fb-like"',
  block_cookie_banners: 'id="CybotCookiebotDialog"',
};

function hiddenBoxesPage(visit: Visit): void {
  const boxes = Object.values(hiddenBoxes).map((attributes, index) => {
    const place = `position: absolute; top: 0; left: ${index * 100}px; width: 100px; height: 100px;`;
    return `<i style="${place} background: ${css(colours.green)}"></i><div ${attributes} style="${place} background: ${css(colours.red)}"></div>`;
  });
  html(visit, { title: "Hidden boxes", body: boxes.join("") });
}
