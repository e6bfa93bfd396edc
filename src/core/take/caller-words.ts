import type { CaptureOption } from "../../api/options/capture-option.ts";
import { captureOptions, fieldOf } from "../../api/options/capture-options.ts";
import { optionAt } from "../../api/options/capture-options.ts";
import type { HTTPOption } from "../../api/options/http-option.ts";

/** How callers of `/take` know a field of the resource. */
interface CallerName {
  name: string;
  /** The caller's word for a value; undefined if it is not one of a few words or a number in another unit. */
  wordFor(value: string): string | undefined;
}

/** Fields without an option of their own in the catalogue, by the option that decides them. */
const decidedBy: Readonly<Record<string, string>> = {
  activeDeadlineSeconds: "timeout",
  startDeadlineSeconds: "timeout",
  fullPage: "full_page",
  locale: "headers",
  "storage.bucket": "storage_bucket",
  "storage.endpoint": "storage_endpoint",
  "storage.region": "storage_endpoint",
  "storage.credentialsSecretRef": "storage_access_key_id",
  "webhook.url": "webhook_url",
  "webhook.externalIdentifier": "external_identifier",
};

const names: ReadonlyMap<string, CallerName> = new Map([
  ...Object.entries(decidedBy).map(([path, name]): [string, CallerName] => [path, plain(name)]),
  ...captureOptions.flatMap(requiredOfGroup),
  ...captureOptions.flatMap(namesOf),
]);

/** Names of events are written in one way only. */
const events = wordsOf(optionAt("wait.until")?.http).filter(([, word]) => /[a-z][A-Z]/.test(word));

/** Only between backquotes, since they are plain English as well: `format`, `scripts`. */
const isPlainWord = (path: string): boolean => /^[a-z]+$/.test(path);

const mention = mentionOf(
  [...names.keys()].filter((path) => !isPlainWord(path)),
  "`?",
);
const quotedMention = mentionOf([...names.keys()].filter(isPlainWord), "`");
const eventMention = new RegExp(`\\b(${events.map(([, word]) => word).join("|")})\\b`, "g");

/**
 * A sentence about a job in the words of `/take`: options instead of fields of the resource, with the values that they take there.
 * Sentences are written in the words of the resource, which is where `kubectl` shows them. What stands in double quotes (a selector, a
 * text of the page) stays as it is.
 */
export function inCallersWords(sentence: string): string {
  return sentence
    .split(/("[^"]*")/)
    .map((part, index) => (index % 2 === 1 ? part : translated(part)))
    .join("");
}

function translated(part: string): string {
  const replaced = [mention, quotedMention].reduce(
    (text, pattern) =>
      text.replaceAll(pattern, (whole, path: string, ...given: (string | undefined)[]) => {
        const [link = "", value = "", end = ""] = given;
        const known = names.get(path);
        if (known === undefined) return whole;
        return `\`${known.name}\`${link}${known.wordFor(value) ?? value}${end}`;
      }),
    part,
  );
  return replaced.replaceAll(
    eventMention,
    (word) => events.find(([, ours]) => ours === word)?.[0] ?? word,
  );
}

/** A path, which no longer name contains, and the value that a sentence may give it: "hostErrors to Ignore". */
function mentionOf(paths: readonly string[], quote: string): RegExp {
  const longestFirst = paths.toSorted((a, b) => b.length - a.length);
  const alternatives = longestFirst.map((path) => path.replaceAll(".", "\\.")).join("|");
  return new RegExp(
    `(?<![\\w.\`])${quote}(${alternatives})(?![\\w-]|\\.\\w)${quote}(?:( to |: \\[?)(\\w+)(\\]?))?`,
    "g",
  );
}

function namesOf({ path, http }: CaptureOption): [string, CallerName][] {
  if (http === undefined) return [];
  const own: [string, CallerName] = [path, { name: http.name, wordFor: wordIn(http) }];
  const { also } = http;
  if (also === undefined) return [own];
  return [own, [also.path, { name: http.name, wordFor: wordIn({ ...http, words: also.words }) }]];
}

/** The name of a group is that of the option which it requires: `scrollIntoView` is `scroll_into_view`. */
function requiredOfGroup({ path, http, required }: CaptureOption): [string, CallerName][] {
  const group = fieldOf(path);
  return required === true &&
    group !== path &&
    http?.name.replaceAll("_", "") === group.toLowerCase()
    ? [[group, plain(http.name)]]
    : [];
}

function plain(name: string): CallerName {
  return { name, wordFor: () => undefined };
}

function wordIn(http: HTTPOption): CallerName["wordFor"] {
  const words = wordsOf(http);
  return (value) => {
    if (http.multiplyBy !== undefined && /^-?\d+$/.test(value))
      return String(Number(value) / http.multiplyBy);
    return words.find(([, ours]) => ours === value)?.[0];
  };
}

function wordsOf(http: HTTPOption | undefined): [word: string, ours: string][] {
  return Object.entries(http?.words ?? {});
}
