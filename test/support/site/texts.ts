import { content, type Routes } from "./answers.ts";

/** Documents for captures as text. */
export const textRoutes: Routes = {
  /** In ISO 8859-1, which its head says twice. */
  "/latin": (visit) => content(visit, "text/html", Buffer.from(latinPage, "latin1")),
  "/drawing.svg": (visit) => content(visit, "image/svg+xml", drawing),
};

const latinPage = `<!doctype html><html><head><!-- ü --><meta charset="iso-8859-1">
<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><meta name="author" content="Jörg">
<noscript><link rel="stylesheet" href="/plain.css"></noscript></head><body><h1>Grüße aus Köln</h1></body></html>`;

const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><text y="50">Text</text></svg>`;
