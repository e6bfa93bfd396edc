import { parse, stringify } from "yaml";

/** The value of a YAML text with one document. @throws Error that says where the text is wrong. */
export function parseYAML(text: string): unknown {
  return parse(text, { maxAliasCount: 0, prettyErrors: true }) as unknown;
}

/** A value as a YAML document. Texts that are something else in YAML 1.1, which kubectl reads, are quoted: `yes`, `12:30`. */
export function yamlText(value: object): string {
  return stringify(value, { version: "1.1", lineWidth: 0 });
}
