import { parse } from "yaml";

/** The value of a YAML text with one document. @throws Error that says where the text is wrong. */
export function parseYAML(text: string): unknown {
  return parse(text, { maxAliasCount: 0, prettyErrors: true }) as unknown;
}
