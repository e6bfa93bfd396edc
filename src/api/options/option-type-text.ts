import type { NamedOption } from "./http-option.ts";
import { httpBoundsOf } from "./http-options.ts";

/** A text lists no more words than this. */
const mostWords = 24;

/** Type and bounds of an option of `/take`, for people: "integer from 1 to 16384". What is literal is in backquotes. */
export function optionTypeText({ value, http }: NamedOption): string {
  if (http.type === "boolean") return "boolean";
  const words = Object.keys(http.words ?? {});
  if (words.length > mostWords)
    return `one of ${words.length} names, such as \`${words.at(words.length / 2)}\`; the schema of the resource lists them`;
  if (words.length > 0)
    return `${http.type === "list" ? "list of " : ""}${words.map((one) => `\`${one}\``).join(", ")}`;
  if (value.type === "integer") return numberText({ value, http });
  return longTextType({ value, http });
}

function longTextType({ value, http }: NamedOption): string {
  if (value.type === "list") {
    const most =
      value.items.type === "string"
        ? ` of at most ${http.maxLength ?? value.items.maxLength} characters`
        : "";
    return http.type === "list" ? `list of at most ${value.maxItems} texts${most}` : `text${most}`;
  }
  return value.type === "string"
    ? `text of at most ${http.maxLength ?? value.maxLength} characters`
    : "text";
}

function numberText({ value, http }: NamedOption): string {
  const { minimum, maximum } = httpBoundsOf({ value, http }, false);
  const later =
    http.asynchronous === undefined
      ? ""
      : ` (asynchronous: up to ${http.asynchronous.maximum}, default ${http.asynchronous.default})`;
  return `${http.type} from ${minimum} to ${maximum}${later}`;
}
