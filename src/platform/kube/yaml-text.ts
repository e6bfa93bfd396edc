import { parse, stringify } from "yaml";

/** The value of a YAML text with one document. @throws Error that says where the text is wrong. */
export function parseYAML(text: string): unknown {
  return parse(text, { maxAliasCount: 0, prettyErrors: true }) as unknown;
}

/** A value as a YAML document. Texts are written so that YAML reads them as texts. */
export function yamlText(value: object): string {
  return stringify(value, { lineWidth: 0 });
}
