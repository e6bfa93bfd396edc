import type { CaptureOption } from "../../src/api/options/capture-option.ts";
import { captureOptions, defaultOf, nameOf } from "../../src/api/options/capture-options.ts";
import type { HTTPOption } from "../../src/api/options/http-option.ts";
import { httpDefaultOf } from "../../src/api/options/http-options.ts";
import { optionTypeText } from "../../src/api/options/option-type-text.ts";
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
    http === undefined ? "" : `\`${name}\`${http.endpoint === "animate" ? " of `/animate`" : ""}`,
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
  return optionTypeText({ value: option.value, http }) + needs;
}
