import type { Endpoint } from "./http-option.ts";
import { endpointOptions, type EndpointOptions } from "./http-options.ts";

/** Options of a call that serve one purpose, for people who look for one. */
export interface OptionChapter {
  /** Of its place on a page. */
  readonly id: string;
  readonly title: string;
  readonly options: readonly ChapterOption[];
}

/** An option of a call with the text that continues its name. */
export type ChapterOption = EndpointOptions["all"][number];

/** In reading order. An option belongs to the first chapter that its name fits. */
const chapters: readonly { id: string; title: string; names: RegExp }[] = [
  { id: "page", title: "Page", names: /^(url|html|markdown)$/ },
  { id: "picture", title: "Picture", names: /^(format|image_|omit_background)/ },
  {
    id: "animation",
    title: "Animation",
    names: /^(duration|width|height|aspect_ratio|scenario|scroll_(?!into_view)|stills_frames)/,
  },
  { id: "whole-page", title: "Whole page", names: /^full_page/ },
  {
    id: "part",
    title: "Part of the page",
    names: /^(selector|error_on_selector|clip_|capture_beyond)/,
  },
  { id: "pdf", title: "PDF", names: /^pdf_/ },
  { id: "window", title: "Window and device", names: /^(viewport_|device_)/ },
  {
    id: "look",
    title: "Look",
    names: /^(dark_mode|reduced_motion|media_type|stills_animations|styles|hide_selectors)/,
  },
  { id: "place", title: "Place and time", names: /^(time_zone|geolocation_)/ },
  {
    id: "actions",
    title: "Scripts and actions",
    names: /^(scripts|click|hover|scroll_|error_on_)/,
  },
  { id: "waiting", title: "Waiting and time limits", names: /^(wait_|delay|timeout|navigation_)/ },
  { id: "blocking", title: "Blocking", names: /^block_/ },
  {
    id: "request",
    title: "Request",
    names: /^(user_agent|headers|cookies|authorization|proxy|bypass_csp)/,
  },
  { id: "conditions", title: "Conditions", names: /^(fail_if_|ignore_host)/ },
  { id: "facts", title: "Facts of the page", names: /^(metadata_|include_shadow)/ },
  { id: "answer", title: "Answer", names: /^(response_type|attachment_|cache)/ },
  { id: "later", title: "Later answers", names: /^(async|webhook_|external_)/ },
  { id: "storage", title: "Storage", names: /^(store|storage_)/ },
  { id: "keys", title: "Keys", names: /^(access_key|signature)$/ },
  { id: "other", title: "Other", names: /^/ },
];

/** Every option of `/take` or of `/animate`, in chapters. */
export const optionChapters: Readonly<Record<Endpoint, readonly OptionChapter[]>> = {
  take: chaptersOf(endpointOptions.take),
  animate: chaptersOf(endpointOptions.animate),
};

function chaptersOf({ all }: EndpointOptions): OptionChapter[] {
  return chapters
    .map(({ id, title }) => ({
      id,
      title,
      options: all.filter(({ http }) => chapterOf(http.name) === id),
    }))
    .filter(({ options }) => options.length > 0);
}

function chapterOf(name: string): string | undefined {
  return chapters.find(({ names }) => names.test(name))?.id;
}
