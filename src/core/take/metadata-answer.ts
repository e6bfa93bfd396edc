import type { PageMetadata } from "../../api/messages/page-metadata.ts";
import type { ContentLink } from "./content-link.ts";

const prefix = "x-screenshotone-";
/** Node's own client takes 16 KiB of headers in all; what does not fit is in the JSON answer and in the job. */
const mostHeaderCharacters = 12_000;

/** The facts of a page in a JSON answer, in the places that the original has them in. */
export function metadataBody(metadata: PageMetadata | undefined): {
  /** Members of `metadata`. */
  inside: Record<string, unknown>;
  /** Members beside it. */
  beside: Record<string, unknown>;
} {
  const { pageTitle, openGraph, icon, fonts, responseStatusCode, responseHeaders } = metadata ?? {};
  const response = {
    ...(responseStatusCode !== undefined && { status_code: responseStatusCode }),
    ...(responseHeaders !== undefined && { headers: responseHeaders }),
  };
  return {
    inside: {
      ...(pageTitle !== undefined && { page_title: pageTitle }),
      ...(openGraph !== undefined && { open_graph: openGraph }),
      ...(icon !== undefined && { icon }),
    },
    beside: {
      ...(fonts !== undefined && { fonts }),
      ...(Object.keys(response).length > 0 && { http_response: response }),
    },
  };
}

/** Where the page's content is, as headers. */
export function contentHeaders(content: ContentLink | undefined): Record<string, string> {
  if (content === undefined) return {};
  return { [`${prefix}content-url`]: content.url, [`${prefix}content-expires`]: content.expires };
}

/** The same as headers, percent-encoded as in the original; those that would make an answer too long are left out. */
export function metadataHeaders(metadata: PageMetadata | undefined): Record<string, string> {
  const { pageTitle, openGraph, icon, fonts, responseStatusCode, responseHeaders } = metadata ?? {};
  const headers: Record<string, string> = {};
  let characters = 0;
  const add = (name: string, value: unknown): void => {
    if (value === undefined) return;
    const text = encodeURIComponent(typeof value === "string" ? value : JSON.stringify(value));
    if (characters + text.length > mostHeaderCharacters) return;
    characters += text.length;
    headers[`${prefix}${name}`] = text;
  };
  add("http-response-status-code", responseStatusCode);
  add("page-title", pageTitle);
  add("icon", icon);
  add("open-graph", openGraph);
  add("http-response-headers", responseHeaders);
  add("fonts", fonts);
  return headers;
}
