// Generated from src/api/options/capture-options.ts by `npm run generate`. Do not edit.

/** What to capture and how, as stored: the API server has filled in the defaults. */
export interface CaptureSpec {
  /** `url` is the address of the page to capture, http or https. */
  url?: string;
  /** `html` is an HTML document to capture instead of a page on the web. The texts of a job have 16,384 bytes together at most; `contentRef` names a larger document. */
  html?: string;
  /** `markdown` is a Markdown document to capture. `contentRef` names a larger one. */
  markdown?: string;
  /** `contentRef` names content by its digest that was put into the object store before (`PUT /v1/inputs`), for a document too large for `html` and `markdown`. */
  contentRef?: {
    /** `digest` is the SHA-256 digest of the content. */
    digest: string;
    /** `mediaType` is the type of the content. */
    mediaType: "text/html" | "text/markdown";
  };
  /** `format` is the file format: a picture, a PDF document as printed, the page's text as HTML or Markdown, as it is when a picture would be taken, or a video, which `animation` describes. A GIF with `animation` moves as well. */
  format:
    | "PNG"
    | "JPEG"
    | "WebP"
    | "GIF"
    | "TIFF"
    | "AVIF"
    | "PDF"
    | "HTML"
    | "Markdown"
    | "MP4"
    | "WebM"
    | "MOV"
    | "AVI";
  /** `quality` is the quality of a JPEG, WebP or AVIF picture in per cent. Lower quality means smaller files. PNG and TIFF are lossless and ignore it. */
  quality: number;
  /** `background` is the background of areas that the page does not paint: white (Page) or transparent. Page unless given. */
  background?: "Page" | "Transparent";
  /** `resize` is a box that the picture is scaled to fit. The aspect ratio is kept. */
  resize?: {
    /** `widthPixels` is the width of the box. It follows from the height unless given. */
    widthPixels?: number;
    /** `heightPixels` is the height of the box. It follows from the width unless given. */
    heightPixels?: number;
  };
  /** `extent` says what is captured: the viewport, the full page, or one element. */
  extent: "Viewport" | "FullPage" | "Element";
  /** `beyondViewport` says whether what is captured may reach beyond the window. False cuts an element or a clip at the edge of the window; the full page is then captured in a window as tall as the page, which the page sees. True unless given. */
  beyondViewport?: boolean;
  /** `fullPage` says how a picture of the whole page is taken. */
  fullPage?: {
    /** `scroll` says whether the page is first brought to load everything: lazy images and frames, lists that grow, content that appears when it is reached. */
    scroll: boolean;
    /** `scrollDelayMilliseconds` is a pause between two scroll steps. Unless it or the length of a step is given, the page is not scrolled in steps: what it loads is waited for. 400 if only the length of a step is given. */
    scrollDelayMilliseconds?: number;
    /** `scrollByPixels` is the length of one scroll step. The height of the viewport unless given. */
    scrollByPixels?: number;
    /** `algorithm` says how the picture is taken: at once (Default), or of one window after another with the page's scripts running, and joined (BySections). Default unless given. */
    algorithm?: "Default" | "BySections";
    /** `maxHeightPixels` is the maximum height of the picture, in CSS pixels. A taller page is cut. */
    maxHeightPixels?: number;
    /** `slices` says whether the picture is also cut into slices, from top to bottom, at most 100. They lie beside the picture, under its key with `.slice-0`, `.slice-1` and so on before the extension. Other formats than pictures have none. */
    slices?: boolean;
    /** `sliceHeightPixels` is the height of a slice, in pixels of the picture. The last one may be shorter. 4,000 unless given. */
    sliceHeightPixels?: number;
    /** `sliceOverlapPixels` is how much of a slice repeats the end of the one before, in pixels of the picture. It leaves at least 100 of `sliceHeightPixels`. None unless given. */
    sliceOverlapPixels?: number;
  };
  /** `element` names the one element to capture. */
  element?: {
    /** `selector` is the CSS selector of the element. The first visible match counts. `shadow/` before it looks into shadow roots as well. As HTML or Markdown, the element's text is captured. */
    selector: string;
    /** `whenMissing` says what happens if no visible element matches: the job fails with SelectorNotFound, or the page is captured instead. */
    whenMissing: "CaptureExtent" | "Fail";
    /** `algorithm` says what is captured of an element that is only partly visible: the whole of it (Default), or the part that the elements around it show (Clip). Default unless given. */
    algorithm?: "Default" | "Clip";
    /** `scrollIntoView` says whether the page is first scrolled to the element, so that its content loads. True unless given. */
    scrollIntoView?: boolean;
  };
  /** `clip` is the rectangle to capture, measured from the page's upper left corner. */
  clip?: {
    /** `xPixels` is the left edge of the rectangle. */
    xPixels: number;
    /** `yPixels` is the upper edge of the rectangle. */
    yPixels: number;
    /** `widthPixels` is the width of the rectangle. */
    widthPixels: number;
    /** `heightPixels` is the height of the rectangle. */
    heightPixels: number;
  };
  /** `animation` records the page for a while instead of taking one picture. Its frames are taken one after another, however long each takes, and stand in the file at a steady rate. An object without fields records five seconds. */
  animation?: {
    /** `durationSeconds` is how long the animation is. */
    durationSeconds: number;
    /** `framesPerSecond` is the number of frames in a second of the file. 25 unless given, and 10 of a GIF. */
    framesPerSecond?: number;
    /** `widthPixels` is the width of the file's frames, with `heightPixels`. The window is scaled to fit, and what is left is white. The window's own size unless given. */
    widthPixels?: number;
    /** `heightPixels` is the height of the file's frames, with `widthPixels`. */
    heightPixels?: number;
    /** `scenario` says what happens on the page: nothing but what it does by itself (Default), or it is scrolled (Scroll). Default unless given. Without Scroll, the options below have no effect. */
    scenario?: "Default" | "Scroll";
    /** `scrollDurationMilliseconds` is how long one scroll step takes. 1,500 unless given. */
    scrollDurationMilliseconds?: number;
    /** `scrollDelayMilliseconds` is the pause after a scroll step. 500 unless given. */
    scrollDelayMilliseconds?: number;
    /** `scrollByPixels` is the length of a scroll step, in CSS pixels. 1,000 unless given. */
    scrollByPixels?: number;
    /** `scrollEasing` says how a scroll step begins and ends: Linear, or slowly at its beginning (In), its end (Out) or both (InOut), the slower the higher the power. EaseInOutQuint unless given. */
    scrollEasing?:
      | "Linear"
      | "EaseInQuad"
      | "EaseInCubic"
      | "EaseInQuart"
      | "EaseInQuint"
      | "EaseOutQuad"
      | "EaseOutCubic"
      | "EaseOutQuart"
      | "EaseOutQuint"
      | "EaseInOutQuad"
      | "EaseInOutCubic"
      | "EaseInOutQuart"
      | "EaseInOutQuint";
    /** `scrollStartImmediately` says whether the first scroll step comes without a pause before it. True unless given. */
    scrollStartImmediately?: boolean;
    /** `scrollStartDelayMilliseconds` is how long the page stands still at first. 0 unless given. */
    scrollStartDelayMilliseconds?: number;
    /** `scrollComplete` says whether the animation is over when the page has been scrolled to its end and, with `scrollBack`, back, if that is before `durationSeconds`. True unless given. */
    scrollComplete?: boolean;
    /** `scrollBack` says whether the page is scrolled back to its top. True unless given. */
    scrollBack?: boolean;
    /** `scrollBackAlgorithm` says how the page goes back: in one movement (Once), or in steps as it went down (Repeat). Once unless given. */
    scrollBackAlgorithm?: "Once" | "Repeat";
    /** `scrollBackAfterMilliseconds` is when the page goes back, wherever it is then. At its end unless given. */
    scrollBackAfterMilliseconds?: number;
    /** `scrollStopAfterMilliseconds` is when scrolling ends for good, wherever the page is then. */
    scrollStopAfterMilliseconds?: number;
    /** `scrollTillSelector` is the CSS selector of an element at which scrolling ends, instead of the page's end: when it has come to the top of the window. The first visible match counts; without one the page is scrolled to its end, with a warning. */
    scrollTillSelector?: string;
    /** `scrollTillSelectorAdjustTopPixels` is the distance to scroll further than the element, in CSS pixels. Negative values scroll less far. */
    scrollTillSelectorAdjustTopPixels?: number;
    /** `scrollToEndAfterMilliseconds` is when the page goes to its end in one movement. */
    scrollToEndAfterMilliseconds?: number;
    /** `scrollTryNavigate` says whether the recording goes on to another page, which is scrolled like the first one from then on: `scrollNavigateToURL`, or a link of the page. It is opened as in a new tab, and comes into the picture when it has loaded; the animation does not show the time that takes. Where there is no such page the recording stays on the first one, with a warning. False unless given. */
    scrollTryNavigate?: boolean;
    /** `scrollNavigateAfterMilliseconds` is when the recording goes on to the other page. After half of `durationSeconds` unless given. */
    scrollNavigateAfterMilliseconds?: number;
    /** `scrollNavigateToURL` is the address of the other page, http or https. Headers of the job go there only if it is on the same origin as `url`. */
    scrollNavigateToURL?: string;
    /** `scrollNavigateLinkHints` lists words, of which the text of the link has to contain one: the first one that a visible link to the same host contains decides. Unless given: pricing, about, customers, and if there is none, the first visible link to the same host. */
    scrollNavigateLinkHints?: string[];
  };
  /** `pdf` says how the document is printed. */
  pdf?: {
    /** `printBackground` says whether background colours and images are printed. */
    printBackground: boolean;
    /** `fitOnePage` says whether the document is one page, as wide as the viewport, or as its content if that is wider, and as long as needed, instead of pages of `paperFormat`. */
    fitOnePage: boolean;
    /** `landscape` says whether the paper is in landscape orientation. */
    landscape: boolean;
    /** `paperFormat` is the size of the paper. It wins over the `@page` rules of the document. */
    paperFormat: "A0" | "A1" | "A2" | "A3" | "A4" | "A5" | "A6" | "Legal" | "Letter" | "Tabloid";
    /** `margin` is the margin on all four sides, such as 10mm. Unless given, the document's own (`@page`), or none. */
    margin?: string;
    /** `marginTop` is the margin on the top side. `margin` unless given. */
    marginTop?: string;
    /** `marginRight` is the margin on the right side. `margin` unless given. */
    marginRight?: string;
    /** `marginBottom` is the margin on the bottom side. `margin` unless given. */
    marginBottom?: string;
    /** `marginLeft` is the margin on the left side. `margin` unless given. */
    marginLeft?: string;
  };
  /** `viewport` is the size of the browser's window. */
  viewport: {
    /** `device` is a device whose window, pixel density, touch screen and user agent the page sees. Its values replace the viewport's other fields. */
    device?:
      | "blackberry_playbook"
      | "blackberry_playbook_landscape"
      | "blackberry_z30"
      | "blackberry_z30_landscape"
      | "galaxy_note_3"
      | "galaxy_note_3_landscape"
      | "galaxy_note_ii"
      | "galaxy_note_ii_landscape"
      | "galaxy_s_iii"
      | "galaxy_s_iii_landscape"
      | "galaxy_s5"
      | "galaxy_s5_landscape"
      | "galaxy_s8"
      | "galaxy_s8_landscape"
      | "galaxy_s9+"
      | "galaxy_s9+_landscape"
      | "galaxy_tab_s4"
      | "galaxy_tab_s4_landscape"
      | "ipad"
      | "ipad_landscape"
      | "ipad_gen_6"
      | "ipad_gen_6_landscape"
      | "ipad_gen_7"
      | "ipad_gen_7_landscape"
      | "ipad_mini"
      | "ipad_mini_landscape"
      | "ipad_pro"
      | "ipad_pro_landscape"
      | "ipad_pro_11"
      | "ipad_pro_11_landscape"
      | "iphone_4"
      | "iphone_4_landscape"
      | "iphone_5"
      | "iphone_5_landscape"
      | "iphone_6"
      | "iphone_6_landscape"
      | "iphone_6_plus"
      | "iphone_6_plus_landscape"
      | "iphone_7"
      | "iphone_7_landscape"
      | "iphone_7_plus"
      | "iphone_7_plus_landscape"
      | "iphone_8"
      | "iphone_8_landscape"
      | "iphone_8_plus"
      | "iphone_8_plus_landscape"
      | "iphone_se"
      | "iphone_se_landscape"
      | "iphone_se_3rd_gen"
      | "iphone_se_3rd_gen_landscape"
      | "iphone_x"
      | "iphone_x_landscape"
      | "iphone_xr"
      | "iphone_xr_landscape"
      | "iphone_11"
      | "iphone_11_landscape"
      | "iphone_11_pro"
      | "iphone_11_pro_landscape"
      | "iphone_11_pro_max"
      | "iphone_11_pro_max_landscape"
      | "iphone_12"
      | "iphone_12_landscape"
      | "iphone_12_pro"
      | "iphone_12_pro_landscape"
      | "iphone_12_pro_max"
      | "iphone_12_pro_max_landscape"
      | "iphone_12_mini"
      | "iphone_12_mini_landscape"
      | "iphone_13"
      | "iphone_13_landscape"
      | "iphone_13_pro"
      | "iphone_13_pro_landscape"
      | "iphone_13_pro_max"
      | "iphone_13_pro_max_landscape"
      | "iphone_13_mini"
      | "iphone_13_mini_landscape"
      | "iphone_14"
      | "iphone_14_landscape"
      | "iphone_14_plus"
      | "iphone_14_plus_landscape"
      | "iphone_14_pro"
      | "iphone_14_pro_landscape"
      | "iphone_14_pro_max"
      | "iphone_14_pro_max_landscape"
      | "iphone_15"
      | "iphone_15_landscape"
      | "iphone_15_plus"
      | "iphone_15_plus_landscape"
      | "iphone_15_pro"
      | "iphone_15_pro_landscape"
      | "iphone_15_pro_max"
      | "iphone_15_pro_max_landscape"
      | "iphone_16"
      | "iphone_16_landscape"
      | "iphone_16_plus"
      | "iphone_16_plus_landscape"
      | "iphone_16_pro"
      | "iphone_16_pro_landscape"
      | "iphone_16_pro_max"
      | "iphone_16_pro_max_landscape"
      | "iphone_16e"
      | "iphone_16e_landscape"
      | "iphone_17"
      | "iphone_17_landscape"
      | "iphone_air"
      | "iphone_air_landscape"
      | "iphone_17_pro"
      | "iphone_17_pro_landscape"
      | "iphone_17_pro_max"
      | "iphone_17_pro_max_landscape"
      | "iphone_17e"
      | "iphone_17e_landscape"
      | "jiophone_2"
      | "jiophone_2_landscape"
      | "kindle_fire_hdx"
      | "kindle_fire_hdx_landscape"
      | "lg_optimus_l70"
      | "lg_optimus_l70_landscape"
      | "microsoft_lumia_550"
      | "microsoft_lumia_950"
      | "microsoft_lumia_950_landscape"
      | "nexus_10"
      | "nexus_10_landscape"
      | "nexus_4"
      | "nexus_4_landscape"
      | "nexus_5"
      | "nexus_5_landscape"
      | "nexus_5x"
      | "nexus_5x_landscape"
      | "nexus_6"
      | "nexus_6_landscape"
      | "nexus_6p"
      | "nexus_6p_landscape"
      | "nexus_7"
      | "nexus_7_landscape"
      | "nokia_lumia_520"
      | "nokia_lumia_520_landscape"
      | "nokia_n9"
      | "nokia_n9_landscape"
      | "pixel_2"
      | "pixel_2_landscape"
      | "pixel_2_xl"
      | "pixel_2_xl_landscape"
      | "pixel_3"
      | "pixel_3_landscape"
      | "pixel_4"
      | "pixel_4_landscape"
      | "pixel_4a_5g"
      | "pixel_4a_5g_landscape"
      | "pixel_5"
      | "pixel_5_landscape"
      | "moto_g4"
      | "moto_g4_landscape";
    /** `widthPixels` is the width of the window in CSS pixels. */
    widthPixels: number;
    /** `heightPixels` is the height of the window in CSS pixels. */
    heightPixels: number;
    /** `deviceScalePercent` is the device pixel ratio in per cent: 200 renders a CSS pixel as 2 by 2 pixels of the picture. */
    deviceScalePercent: number;
    /** `mobile` says whether the page's meta viewport is applied, as on phones. False unless given. */
    mobile?: boolean;
    /** `touch` says whether the page sees a touch screen. Unless given, it does if `mobile` is true or `userAgent` is that of a phone or tablet. */
    touch?: boolean;
    /** `landscape` says whether the page sees a screen in landscape orientation. Width and height do not change. False unless given. */
    landscape?: boolean;
  };
  /** `colorScheme` is the user's preferred colour scheme, as the page sees it. The browser's default unless given. */
  colorScheme?: "Light" | "Dark";
  /** `scripts` lists scripts (JavaScript) to run in the page, in this order. Promises are awaited; after a third of the time that remains the page is captured without waiting longer, with a warning. */
  scripts?: string[];
  /** `scriptRef` names a script by its digest that was put into the object store before (`PUT /v1/inputs`), for one too large for `scripts`. It runs after them. */
  scriptRef?: {
    /** `digest` is the SHA-256 digest of the script. */
    digest: string;
  };
  /** `styles` lists style sheets (CSS) to add to the page, in this order. */
  styles?: string[];
  /** `styleRef` names a style sheet by its digest that was put into the object store before (`PUT /v1/inputs`), for one too large for `styles`. It is added after them. */
  styleRef?: {
    /** `digest` is the SHA-256 digest of the style sheet. */
    digest: string;
  };
  /** `hideSelectors` lists CSS selectors. Matching elements are not displayed. */
  hideSelectors?: string[];
  /** `hostErrors` says what happens if the target host answers with a status outside 200 to 299: the job fails with HostReturnedError, or the page is captured. */
  hostErrors: "Fail" | "Ignore";
  /** `media` is the CSS media type. Screen for pictures and Print for PDF unless given. */
  media?: "Screen" | "Print";
  /** `reducedMotion` is the user's preference for reduced motion, as the page sees it. The browser's default unless given. */
  reducedMotion?: "Reduce" | "NoPreference";
  /** `animations` says how what moves is captured: finite animations and transitions at their end, infinite ones held still and no caret (AtRest), or the moment as it is (AsIs). AtRest unless given. */
  animations?: "AtRest" | "AsIs";
  /** `timeZone` is the IANA name of the page's time zone. The worker's unless given, which is UTC in a container. */
  timeZone?: string;
  /** `locale` is the user's language and region, such as de-DE, in scripts and in Accept-Language. */
  locale?: string;
  /** `userAgent` is the User-Agent header, which scripts see as well. The browser's own unless given. */
  userAgent?: string;
  /** `geolocation` is the position that the page gets if it asks. Without it, the page gets none. */
  geolocation?: {
    /** `latitudeMicrodegrees` is the latitude, north of the equator positive, in millionths of a degree. */
    latitudeMicrodegrees: number;
    /** `longitudeMicrodegrees` is the longitude, east of Greenwich positive, in millionths of a degree. */
    longitudeMicrodegrees: number;
    /** `accuracyMeters` is the accuracy of the position, in metres. */
    accuracyMeters: number;
  };
  /** `contentSecurityPolicy` says whether the page's content security policy is enforced. It may keep `scripts` and `styles` from loading resources. Enforce unless given. */
  contentSecurityPolicy?: "Enforce" | "Bypass";
  /** `blockRequests` lists addresses to block: an address, a domain with its subdomains, or a pattern with `*`. http and https only. The page itself is never blocked. */
  blockRequests?: string[];
  /** `block` says what is kept off the page by lists that ship with the worker. The page itself is never blocked, and a failure to block is a warning. */
  block?: {
    /** `ads` says whether advertisements are blocked: neither loaded nor shown. */
    ads: boolean;
    /** `trackers` says whether counters, analytics and tag managers are blocked. */
    trackers: boolean;
    /** `cookieBanners` says whether banners that ask for consent to cookies are answered, with a refusal where that is possible, or hidden: those of known consent managers, and others that can be refused. */
    cookieBanners: boolean;
    /** `bannersByHeuristics` says whether banners that nothing is known of are hidden or accepted, too, by their place, words and buttons. It may hide what is no banner. */
    bannersByHeuristics: boolean;
    /** `chats` says whether chat and support widgets are blocked. */
    chats: boolean;
    /** `socials` says whether buttons and widgets of social networks are blocked. */
    socials: boolean;
    /** `annoyances` says whether pop-ups, banners for apps and other annoyances are blocked. */
    annoyances: boolean;
  };
  /** `blockResources` lists types of resources to block. The page itself is never blocked. */
  blockResources?: (
    | "Document"
    | "Stylesheet"
    | "Image"
    | "Media"
    | "Font"
    | "Script"
    | "TextTrack"
    | "XHR"
    | "Fetch"
    | "EventSource"
    | "WebSocket"
    | "Manifest"
    | "Other"
  )[];
  /** `click` names an element to click. */
  click?: {
    /** `selector` is the CSS selector of the element to click after scripts and waiting. The first visible match counts. */
    selector: string;
    /** `whenMissing` says what happens if no visible element matches: the job fails with SelectorNotFound, or nothing is clicked. */
    whenMissing: "Continue" | "Fail";
  };
  /** `hover` names an element to move the mouse to. */
  hover?: {
    /** `selector` is the CSS selector of the element under the mouse in the picture. The first visible match counts. */
    selector: string;
    /** `whenMissing` says what happens if no visible element matches: the job fails with SelectorNotFound, or the mouse does not move. */
    whenMissing: "Continue" | "Fail";
  };
  /** `scrollIntoView` names an element to scroll to. */
  scrollIntoView?: {
    /** `selector` is the CSS selector of the element to scroll to the top of the viewport. The first visible match counts. */
    selector: string;
    /** `adjustTopPixels` is the distance to scroll further down, in CSS pixels. Negative values scroll less far. */
    adjustTopPixels: number;
    /** `whenMissing` says what happens if no visible element matches: the job fails with SelectorNotFound, or the page is captured without scrolling. */
    whenMissing: "Continue" | "Fail";
  };
  /** `wait` lists what must happen before the picture is taken. All conditions must be met. */
  wait: {
    /** `until` lists page events to wait for. NetworkIdle0 and NetworkIdle2 mean half a second with no or at most two open requests. */
    until: ("Load" | "DOMContentLoaded" | "NetworkIdle0" | "NetworkIdle2")[];
    /** `selector` is a CSS selector to wait for, until an element matches it, visible or not. */
    selector?: string;
    /** `selectorCount` says how many elements must match if `selector` lists several selectors: one, or as many as there are selectors. AtLeastOne unless given. */
    selectorCount?: "AtLeastOne" | "AtLeastByCount";
    /** `afterScripts` lists page events to wait for after `scripts` have run, including those of a page that a script navigates to. Without it, a script that navigates fails with ScriptTriggeredRedirect. */
    afterScripts?: ("Load" | "DOMContentLoaded" | "NetworkIdle0" | "NetworkIdle2")[];
    /** `delaySeconds` is the delay after all other waits. */
    delaySeconds: number;
  };
  /** `captureTimeoutSeconds` is the time limit of one attempt, from opening the page to storing the picture. The job's `activeDeadlineSeconds` may end it earlier. */
  captureTimeoutSeconds: number;
  /** `navigationTimeoutSeconds` is the time limit for loading the page. `captureTimeoutSeconds` may end it earlier. */
  navigationTimeoutSeconds: number;
  /** `failIf` lists conditions under which the job fails instead of capturing the page. */
  failIf?: {
    /** `contentContains` lists texts. A page that contains one of them fails with ContentContainsText. Case is ignored. */
    contentContains?: string[];
    /** `contentMissing` lists texts. A page that lacks one of them fails with ContentMissesText. Case is ignored. */
    contentMissing?: string[];
    /** `requestFailed` lists addresses, domains, or patterns with `*`. If a request of the page for one of them fails, the job fails with PageRequestFailed. */
    requestFailed?: string[];
  };
  /** `metadata` lists facts of the page to keep in `status.metadata`. ResponseStatusCode and ResponseHeaders exist for a `url` only. */
  metadata?: (
    "PageTitle" | "OpenGraph" | "Icon" | "Fonts" | "ResponseStatusCode" | "ResponseHeaders"
  )[];
  /** `shadowDOM` says whether HTML and Markdown, as `format` or `pageContent`, have what is in shadow roots, open and closed ones. In HTML it stands in `<template shadowrootmode>`. Omit unless given. */
  shadowDOM?: "Include" | "Omit";
  /** `pageContent` stores the page's content as HTML or Markdown next to the picture, under the picture's key with the extension html or md. At most 4,000,000 characters. */
  pageContent?: "HTML" | "Markdown";
}

/** The defaults in the resource; those of an object that was left out as well. */
export const captureDefaults = {
  format: "PNG",
  quality: 80,
  extent: "Viewport",
  fullPage: { scroll: true },
  element: { whenMissing: "Fail" },
  clip: { xPixels: 0, yPixels: 0 },
  animation: { durationSeconds: 5 },
  pdf: { printBackground: false, fitOnePage: false, landscape: false, paperFormat: "A4" },
  viewport: { widthPixels: 1280, heightPixels: 1024, deviceScalePercent: 100 },
  hostErrors: "Fail",
  geolocation: { accuracyMeters: 1 },
  block: {
    ads: false,
    trackers: false,
    cookieBanners: false,
    bannersByHeuristics: false,
    chats: false,
    socials: false,
    annoyances: false,
  },
  click: { whenMissing: "Fail" },
  hover: { whenMissing: "Fail" },
  scrollIntoView: { adjustTopPixels: 0, whenMissing: "Fail" },
  wait: { until: ["Load"], delaySeconds: 0 },
  captureTimeoutSeconds: 60,
  navigationTimeoutSeconds: 30,
} as const;
