import { warningLimits } from "../../api/kinds/warnings-schema.ts";
import { inCallersWords } from "./caller-words.ts";
import { headerText } from "./header-text.ts";

/** The header that lists warnings, in answers and webhooks. */
export const warningHeader = "x-stills-warning";

const separator = " | ";
/** Node's HTTP client accepts 16 KiB of headers, of which most are metadata. */
const longestHeaderCharacters = 3000;

/** Reported warnings, limited to what the resource can store. Pages control part of them, so they are not trusted. */
export function boundedWarnings(reported: unknown): string[] {
  if (!Array.isArray(reported)) return [];
  const sentences = reported.filter((one): one is string => typeof one === "string" && one !== "");
  return [...new Set(sentences)].slice(0, warningLimits.count).map(bounded);
}

function bounded(sentence: string): string {
  const characters = Array.from(sentence.toWellFormed());
  if (characters.length <= warningLimits.characters) return characters.join("");
  return `${characters.slice(0, warningLimits.characters - 1).join("")}…`;
}

/** The warnings of a call in the words of `/take`, as one header; none if there are none. */
export function warningHeaders(sentences: readonly string[]): Record<string, string> {
  if (sentences.length === 0) return {};
  const texts = sentences.map((sentence) => headerText(inCallersWords(sentence)));
  return { [warningHeader]: texts.join(separator).slice(0, longestHeaderCharacters) };
}
