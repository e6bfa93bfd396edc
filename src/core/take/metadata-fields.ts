import type { PageMetadata } from "../../api/messages/page-metadata.ts";
import type { ContentLink } from "./content-link.ts";

const prefix = "x-screenshotone-";
/** Node's HTTP client accepts 16 KiB of headers; fields that do not fit are in the JSON response and in the job. */
const maxHeaderCharacters = 12_000;

/** The metadata of a page in a JSON response, in the same fields as in ScreenshotOne's. */
export function metadataBody(metadata: PageMetadata | undefined): {
  /** Fields of `metadata`. */
  nested: Record<string, unknown>;
  /** Fields beside `metadata`. */
  topLevel: Record<string, unknown>;
} {
  const { pageTitle, openGraph, icon, fonts, responseStatusCode, responseHeaders } = metadata ?? {};
  const response = {
    ...(responseStatusCode !== undefined && { status_code: responseStatusCode }),
    ...(responseHeaders !== undefined && { headers: responseHeaders }),
  };
  return {
    nested: {
      ...(pageTitle !== undefined && { page_title: pageTitle }),
      ...(openGraph !== undefined && { open_graph: openGraph }),
      ...(icon !== undefined && { icon }),
    },
    topLevel: {
      ...(fonts !== undefined && { fonts }),
      ...(Object.keys(response).length > 0 && { http_response: response }),
    },
  };
}

/** The headers with the link to the page's content. */
export function contentHeaders(content: ContentLink | undefined): Record<string, string> {
  if (content === undefined) return {};
  return { [`${prefix}content-url`]: content.url, [`${prefix}content-expires`]: content.expires };
}

/** The metadata of a page as headers, percent-encoded as ScreenshotOne's. Headers beyond the limit are omitted. */
export function metadataHeaders(metadata: PageMetadata | undefined): Record<string, string> {
  const { pageTitle, openGraph, icon, fonts, responseStatusCode, responseHeaders } = metadata ?? {};
  const headers: Record<string, string> = {};
  let characters = 0;
  const add = (name: string, value: unknown): void => {
    if (value === undefined) return;
    const text = encodeURIComponent(typeof value === "string" ? value : JSON.stringify(value));
    if (characters + text.length > maxHeaderCharacters) return;
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
