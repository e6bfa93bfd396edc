import type { CaptureOption, OptionCondition } from "../../../api/options/capture-option.ts";
import { fieldOf } from "../../../api/options/capture-options.ts";
import { captureGroups } from "../../../api/options/groups.ts";
import {
  endpointOptions,
  httpDefaultOf,
  httpOptionAt,
  type EndpointOptions,
  type HTTPCaptureOption,
} from "../../../api/options/http-options.ts";
import type { ChapterOption } from "../../../api/options/option-chapters.ts";
import { optionExamples } from "../../../api/options/option-examples.ts";
import { optionTypeText } from "../../../api/options/option-type-text.ts";

/** One line about an option; what is literal is in backquotes. */
export interface OptionFact {
  term: string;
  text: string;
}

/** What the catalogue knows of an option: type and limits, default, what it goes with, its field of a job, and an example. */
export function optionFacts(
  option: ChapterOption,
  endpoint: EndpointOptions = endpointOptions.take,
): OptionFact[] {
  const preset = defaultTextOf(option, endpoint);
  const capture = captureOptionOf(option, endpoint);
  const example = exampleOf(option, endpoint);
  return [
    { term: "Type", text: optionTypeText(option) },
    ...(preset === undefined ? [] : [{ term: "Default", text: `\`${preset}\`` }]),
    ...companionsOf(option, capture, endpoint).map((text) => ({ term: "Goes with", text })),
    ...Object.entries(option.http.unavailable ?? {}).map(([word, why]) => ({
      term: "Not here",
      text: `\`${word}\`: ${why}`,
    })),
    ...(capture === undefined ? [] : [{ term: "In a job", text: `\`spec.${capture.path}\`` }]),
    ...(example === undefined ? [] : [{ term: "Example", text: `\`${example}\`` }]),
  ];
}

/** The default of a call, in HTTP's words; undefined if there is none. */
export function defaultTextOf(
  option: ChapterOption,
  endpoint: EndpointOptions = endpointOptions.take,
): string | undefined {
  const capture = captureOptionOf(option, endpoint);
  if (capture !== undefined) return httpDefaultOf(capture);
  const { http } = option;
  return http.default === undefined ? undefined : String(http.default);
}

function captureOptionOf(
  { http }: ChapterOption,
  { capture }: EndpointOptions,
): HTTPCaptureOption | undefined {
  return capture.find((option) => option.http.name === http.name);
}

/** What the option is good for only together with others, or not at all with them. */
function companionsOf(
  { http }: ChapterOption,
  capture: CaptureOption | undefined,
  endpoint: EndpointOptions,
): string[] {
  const { name, needs = [], requires = [], excludes = {}, maximumUnless, onlyWithWords } = http;
  const limit = maximumUnless && httpOptionAt(maximumUnless.path, endpoint)?.http.name;
  return [
    ...(needs.length > 0 ? [`only with ${needs.map((one) => `\`${one}\``).join(" or ")}`] : []),
    ...requires.map((one) => `needs \`${one}\``),
    ...Object.entries(excludes)
      .filter(([one]) => endpoint.all.some((other) => other.http.name === one))
      .map(([one, word]) => `not with \`${one}=${word}\``),
    ...(onlyWithWords === undefined
      ? []
      : [
          `only with \`${onlyWithWords.name}\` ${onlyWithWords.words.map((one) => `\`${one}\``).join(", ")}`,
        ]),
    ...(needs.length > 0 || onlyWithWords !== undefined || capture === undefined
      ? []
      : conditionsOf(capture, http, endpoint)),
    ...(maximumUnless === undefined
      ? []
      : [
          `\`${name}\` above ${maximumUnless.maximum} only with \`${limit}\` above ${maximumUnless.above}`,
        ]),
  ];
}

function conditionsOf(
  option: CaptureOption,
  http: ChapterOption["http"],
  endpoint: EndpointOptions,
): string[] {
  const group = captureGroups[fieldOf(option.path)]?.onlyWith;
  const own = option.onlyWith;
  return [
    ...(own === undefined
      ? []
      : [conditionText(own, { how: http.ignoredElsewhere ? effect : "only", http, endpoint })]),
    ...(group === undefined || group.path === own?.path || group.path === "extent"
      ? []
      : [conditionText(group, { how: effect, http, endpoint })]),
  ];
}

const effect = "has an effect only";

function conditionText(
  { path, words, when }: OptionCondition,
  { how, http, endpoint }: { how: string; http: ChapterOption["http"]; endpoint: EndpointOptions },
): string {
  const other = httpOptionAt(path, endpoint);
  const named = Object.entries(other?.http.words ?? {})
    .filter(([, word]) => words.includes(word))
    .map(([word]) => `\`${word}\``);
  const value = Object.entries(http.words ?? {}).find(([, word]) => word === when)?.[0];
  const subject = value === undefined ? "" : `\`${value}\` `;
  return `${subject}${how} with \`${other?.http.name ?? path}\` ${named.join(", ")}`;
}

/** A query that the endpoint takes; the page to show is left out. */
function exampleOf(option: ChapterOption, endpoint: EndpointOptions): string | undefined {
  const { http } = option;
  const example = optionExamples[http.name];
  if (example === undefined) return undefined;
  const { onlyWithWords: companion } = http;
  const condition = captureOptionOf(option, endpoint)?.onlyWith;
  const options = {
    ...example.with,
    ...(companion !== undefined && { [companion.name]: companion.words[0] ?? "" }),
    [http.name]: example.value,
  };
  return Object.entries(options)
    .flatMap(([name, value]) =>
      (typeof value === "object" ? value : [value]).map((one) => {
        const words = wordsOf(name, { condition, endpoint });
        const isWord = words.length === 0 || words.includes(String(one));
        return `${name}=${encodeURIComponent(isWord ? one : (words[0] ?? one))}`;
      }),
    )
    .join("&");
}

/** Words that the endpoint has for an option. Examples are of `/take`, and `/animate` may have others. */
function wordsOf(
  name: string,
  { condition, endpoint }: { condition: OptionCondition | undefined; endpoint: EndpointOptions },
): string[] {
  const http = endpoint.all.find((option) => option.http.name === name)?.http;
  if (http === undefined || http.type === "boolean") return [];
  const isCondition =
    condition !== undefined && httpOptionAt(condition.path, endpoint)?.http.name === name;
  return Object.entries(http.words ?? {})
    .filter(([, word]) => !isCondition || condition.words.includes(word))
    .map(([word]) => word);
}
