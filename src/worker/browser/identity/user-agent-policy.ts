import { brandsOf, type Brand } from "./browser-brands.ts";

/** What a browser tells of itself beside its user agent, as in the DevTools protocol. */
export interface UserAgentMetadata {
  brands: Brand[];
  fullVersionList: Brand[];
  platform: string;
  platformVersion: string;
  architecture: string;
  bitness: string;
  model: string;
  mobile: boolean;
  wow64: boolean;
  formFactors: string[];
}

/** All that a page and its host can read about the browser, in agreement with one user agent. */
export interface BrowserIdentity {
  userAgent: string;
  /** `navigator.platform`; undefined for a system that is not known. */
  platform?: string;
  /** Client hints; undefined for browsers that have none, such as Safari and Firefox. */
  metadata?: UserAgentMetadata;
  /** Whether it is the browser of a phone or a tablet. */
  isHandheld: boolean;
}

interface System {
  readonly pattern: RegExp;
  /** `navigator.platform`. */
  readonly platform: string;
  /** In client hints; absent for systems whose browsers have none. */
  readonly name?: string;
  /** What client hints tell if the user agent has no version, or one that is frozen. */
  readonly version?: string;
  readonly architecture?: string;
  readonly isHandheld?: true;
}

/** The first match counts: each name contains the ones below it, or occurs together with them. */
const systems: readonly System[] = [
  { pattern: /Windows Phone/, platform: "Win32", isHandheld: true },
  { pattern: /iPhone/, platform: "iPhone", isHandheld: true },
  { pattern: /iPad/, platform: "iPad", isHandheld: true },
  { pattern: /iPod/, platform: "iPod", isHandheld: true },
  {
    pattern: /Android(?: ([\d.]+))?/,
    platform: "Linux armv81",
    name: "Android",
    version: "10",
    architecture: "",
    isHandheld: true,
  },
  // Windows 10 and 11 have the same user agent; version 10.0.0 is the former, 13.0.0 and more the latter.
  { pattern: /Windows/, platform: "Win32", name: "Windows", version: "15.0.0" },
  { pattern: /CrOS/, platform: "Linux x86_64", name: "Chrome OS", version: "16093.0.0" },
  {
    pattern: /Macintosh/,
    platform: "MacIntel",
    name: "macOS",
    version: "15.5.0",
    architecture: "arm",
  },
  { pattern: /Linux|X11/, platform: "Linux x86_64", name: "Linux", version: "" },
];

/** Products that are Chromium with a brand of their own; what is none of them is Chrome. */
const products = [
  { pattern: /\bEdgA?\/([\d.]+)/, brand: "Microsoft Edge" },
  { pattern: /\bOPR\/([\d.]+)/, brand: "Opera" },
  { pattern: /\bYaBrowser\/([\d.]+)/, brand: "YaBrowser" },
  { pattern: /\bSamsungBrowser\/([\d.]+)/, brand: "Samsung Internet" },
] as const;

/** Microsoft's own engine named itself Chrome and had no client hints. */
const otherEngines = /\bEdge\/|\bTrident\/|\bFirefox\/|\bCriOS\//;

/**
 * The identity that a user agent claims: a page that compares it with client hints and platform finds no contradiction.
 *
 * @param own full version of the browser that is used, for a user agent with the same major version
 */
export function identityOf(userAgent: string, own?: string): BrowserIdentity {
  const system = systems.find(({ pattern }) => pattern.test(userAgent));
  const version = /\b(?:Chrome|Chromium)\/(\d[\d.]*)/.exec(userAgent)?.[1];
  const hasHints =
    version !== undefined && system?.name !== undefined && !otherEngines.test(userAgent);
  return {
    userAgent,
    isHandheld: system?.isHandheld ?? false,
    ...(system && { platform: system.platform }),
    ...(hasHints && { metadata: metadataOf(userAgent, system, fullVersion(version, own)) }),
  };
}

/** The user agent of a headless browser without that word. */
export function ordinaryUserAgent(userAgent: string): string {
  return userAgent.replaceAll("HeadlessChrome", "Chrome");
}

function metadataOf(userAgent: string, system: System, version: string): UserAgentMetadata {
  const major = majorOf(version);
  const product = productOf(userAgent, version);
  const isMobile = /\bMobile\b/.test(userAgent);
  return {
    brands: brandsOf(
      Number(major),
      { brand: product.brand, version: majorOf(product.version) },
      { chromium: major, grease: (text) => text },
    ),
    fullVersionList: brandsOf(Number(major), product, {
      chromium: version,
      grease: (text) => `${text}.0.0.0`,
    }),
    platform: system.name ?? "",
    platformVersion: platformVersionOf(userAgent, system),
    architecture: system.architecture ?? "x86",
    bitness: system.architecture === "" ? "" : "64",
    model: system.isHandheld ? modelOf(userAgent) : "",
    mobile: isMobile,
    wow64: /\bWOW64\b/.test(userAgent),
    formFactors: [isMobile ? "Mobile" : system.isHandheld ? "Tablet" : "Desktop"],
  };
}

/** Reduced user agents end in zeros; of the version that is used more is known. */
function fullVersion(version: string, own: string | undefined): string {
  return own !== undefined && majorOf(own) === majorOf(version) ? own : version;
}

function majorOf(version: string): string {
  return version.split(".", 1)[0] ?? version;
}

function productOf(userAgent: string, version: string): Brand {
  for (const { pattern, brand } of products) {
    const found = pattern.exec(userAgent)?.[1];
    if (found !== undefined) return { brand, version: found };
  }
  return { brand: "Google Chrome", version };
}

function platformVersionOf(userAgent: string, system: System): string {
  const found = system.pattern.exec(userAgent)?.[1];
  return found ?? system.version ?? "";
}

/** `Pixel 5` of "(Linux; Android 13; Pixel 5 Build/TQ1A)"; the reduced user agent has "K" for any. */
function modelOf(userAgent: string): string {
  const found = /Android[^;)]*; ([^;)]+?)(?: Build\/[^;)]*)?[;)]/.exec(userAgent)?.[1] ?? "";
  return found === "K" || found === "Mobile" ? "" : found;
}
