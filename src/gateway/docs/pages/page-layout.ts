import { markup, type Markup } from "./markup.ts";

export interface Page {
  title: string;
  /** The entry of the navigation that it belongs to. */
  section: Section;
  body: Markup;
  /** The module that the page runs, in the folder of assets. */
  script?: string;
}

/** What every page has around its content. */
export interface PageFrame {
  /** Whether there is a playground to lead to. */
  playground: boolean;
}

type Section = "Playground" | "Options" | "Animations" | "Errors";

/** Where style sheet, scripts and pictures of the pages are. */
export const assetFolder = "/docs/assets";

const sections: readonly { title: Section; path: string }[] = [
  { title: "Playground", path: "/" },
  { title: "Options", path: "/docs/options" },
  { title: "Animations", path: "/docs/animations" },
  { title: "Errors", path: "/docs/errors" },
];

/** A whole page in the dress of all pages. */
export function pageText({ title, section, body, script }: Page, frame: PageFrame): string {
  const module =
    script === undefined
      ? undefined
      : markup`<script type="module" src="${assetFolder}/${script}"></script>`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Stills</title>
<link rel="icon" type="image/svg+xml" href="${assetFolder}/mark.svg">
<link rel="stylesheet" href="${assetFolder}/style.css">
${module}
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="site">
<span class="brand"><img src="${assetFolder}/mark.svg" alt="" width="28" height="28">Stills</span>
<nav aria-label="Pages"><ul>${navigation(section, frame)}</ul></nav>
</header>
<main id="main" tabindex="-1">
${body}
</main>
<footer class="site">
<p>Served by this gateway; nothing on this page comes from anywhere else.</p>
</footer>
</body>
</html>
`.text;
}

function navigation(current: Section, { playground }: PageFrame): Markup[] {
  const shown = sections.filter(({ title }) => playground || title !== "Playground");
  return [
    ...shown.map(({ title, path }) =>
      title === current
        ? markup`<li><a href="${path}" aria-current="page">${title}</a></li>`
        : markup`<li><a href="${path}">${title}</a></li>`,
    ),
    markup`<li><a href="/v1/openapi.json">OpenAPI</a></li>`,
  ];
}
