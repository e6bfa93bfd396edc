import type { CaptureOption } from "../../src/api/options/capture-option.ts";
import { captureOptions, defaultOf, nameOf } from "../../src/api/options/capture-options.ts";
import type { HTTPOption } from "../../src/api/options/http-option.ts";
import { httpBoundsOf, httpDefaultOf } from "../../src/api/options/http-options.ts";
import type { OptionValue } from "../../src/api/options/option-value.ts";
import { tableText } from "./markdown-table.ts";

/** Each option by the name it has in `/take`, beside its path in the resource. */
export function optionTableText(): string {
  return tableText(
    [
      "HTTP",
      "path in `spec`",
      "type and bounds over HTTP",
      "default HTTP",
      "default spec",
      "meaning",
    ],
    captureOptions.map(rowOf),
  );
}

function rowOf(option: CaptureOption): string[] {
  const { http } = option;
  const name = http?.name ?? "";
  return [
    http === undefined ? "" : `\`${name}\``,
    `\`${option.path}\``,
    http === undefined ? "" : httpBoundsText(option, http),
    codeText(httpDefaultOf(option)),
    codeText(defaultOf(option)),
    `${http?.name ?? nameOf(option.path)} ${http?.text ?? option.text}`,
  ];
}

function codeText(value: string | number | boolean | readonly string[] | undefined): string {
  if (value === undefined) return "";
  return `\`${typeof value === "object" ? value.join(", ") : String(value)}\``;
}

function httpBoundsText(option: CaptureOption, http: HTTPOption): string {
  const needs =
    http.needs === undefined
      ? ""
      : `; only with ${http.needs.map((one) => `\`${one}\``).join(" or ")}`;
  return typeText(option.value, http) + needs;
}

/** A cell lists no more words than this. */
const mostWords = 24;

function typeText(value: OptionValue, http: HTTPOption): string {
  if (http.type === "boolean") return "boolean";
  const words = Object.keys(http.words ?? {});
  if (words.length > mostWords)
    return `one of ${words.length} names, such as \`${words.at(words.length / 2)}\`; the schema of the resource lists them`;
  if (words.length > 0)
    return `${http.type === "list" ? "list of " : ""}${words.map((one) => `\`${one}\``).join(", ")}`;
  if (value.type === "integer") return numberText(value, http);
  return longTextType(value, http);
}

function longTextType(value: OptionValue, http: HTTPOption): string {
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

function numberText(value: OptionValue, http: HTTPOption): string {
  const { minimum, maximum } = httpBoundsOf({ value, http }, false);
  const later =
    http.asynchronous === undefined
      ? ""
      : ` (asynchronous: up to ${http.asynchronous.maximum}, default ${http.asynchronous.default})`;
  return `${http.type} from ${minimum} to ${maximum}${later}`;
}
