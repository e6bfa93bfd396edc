import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { filterCompactRules } from "@duckduckgo/autoconsent";
import type { Config, IndexedCMPRuleset } from "@duckduckgo/autoconsent";

/** How far the program goes with banners that no rule knows: refuse only, or also "OK" and a lone "Accept". */
export type UnknownBanners = "refuse" | "accept if nothing else";

/** The program that answers consent managers inside a document, and its rules. */
export interface ConsentProgram {
  source: string;
  /** The answer to its first message. */
  startMessage(frame: { url: string; isMainFrame: boolean }, unknown: UnknownBanners): unknown;
}

let loaded: Promise<ConsentProgram> | undefined;

/** Reads the program of the package once. */
export function loadConsentProgram(): Promise<ConsentProgram> {
  loaded ??= load();
  loaded.catch(() => (loaded = undefined));
  return loaded;
}

async function load(): Promise<ConsentProgram> {
  const read = async (path: string): Promise<string> => {
    const entry = import.meta.resolve("@duckduckgo/autoconsent");
    return await readFile(fileURLToPath(new URL(path, entry)), "utf8");
  };
  const source = await read("autoconsent.playwright.js");
  const rules = JSON.parse(await read("../rules/compact-rules.json")) as IndexedCMPRuleset;
  return {
    source,
    startMessage: ({ url, isMainFrame }, unknown) => ({
      type: "initResp",
      config: configFor(unknown),
      rules: {
        autoconsent: [],
        compact: filterCompactRules(rules, { url, mainFrame: isMainFrame }),
      },
    }),
  };
}

function configFor(unknown: UnknownBanners): Partial<Config> {
  return {
    enabled: true,
    autoAction: "optOut",
    // It shows again after two seconds what it hid by opacity; the lists hide by `display`.
    enablePrehide: false,
    enableCosmeticRules: true,
    enableGeneratedRules: true,
    enableHeuristicDetection: true,
    heuristicMode: unknown === "refuse" ? "reject" : "tier2",
  };
}
