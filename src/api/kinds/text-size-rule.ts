import type { Properties, Rule, SchemaKeywords } from "./schema.ts";

/** All texts of a job together, in bytes. etcd holds jobs by the ten thousand, and NATS has to carry each. */
export const largestTextBytes = 16_384;

/** Shorter texts do not add up to anything. */
const shortTextCharacters = 256;

/**
 * The texts of a spec have at most `largestTextBytes` together. `maxLength` counts characters, of which one has up to four bytes, and no
 * sum. Jobs that were stored before the rule was may still change, hence `optionalOldSelf`.
 */
export function textSizeRule(properties: Properties): Rule {
  const sizes = Object.entries(properties).flatMap(([name, schema]) =>
    sizesOf(`self.${name}`, schema),
  );
  return {
    rule: `oldSelf.hasValue() || ${sizes.join(" + ")} <= ${largestTextBytes}`,
    message: `must have at most ${largestTextBytes} bytes of text in all: put content with \`PUT /v1/inputs\` and name it in \`contentRef\`, \`scriptRef\` and \`styleRef\``,
    optionalOldSelf: true,
  };
}

/** CEL for the sizes of the texts in a field, each 0 where the field is absent. */
function sizesOf(path: string, schema: SchemaKeywords): string[] {
  const { type, properties, items, default: preset } = schema;
  if (type === "object" && properties !== undefined) {
    const inner = Object.entries(properties).flatMap(([name, one]) =>
      sizesOf(`${path}.${name}`, one),
    );
    if (inner.length === 0) return [];
    return [preset === undefined ? ifPresent(path, inner.join(" + ")) : inner.join(" + ")];
  }
  if (type === "array" && items !== undefined) {
    const [size] = sizeOfItem(items);
    return size === undefined ? [] : [ifPresent(path, `${path}.map(i, ${size}).sum()`)];
  }
  return isLongText(schema) ? [ifPresent(path, `size(bytes(${path}))`)] : [];
}

/** A list of long lists would be as long as its most items, so short texts count in lists, too. */
function sizeOfItem(items: SchemaKeywords): string[] {
  if (items.type === "object") {
    const sizes = sizesOf("i", { ...items, default: {} });
    return sizes.length === 0 ? [] : [sizes.join(" + ")];
  }
  return items.type === "string" && items.enum === undefined ? ["size(bytes(i))"] : [];
}

function isLongText({ type, enum: words, maxLength = 0 }: SchemaKeywords): boolean {
  return type === "string" && words === undefined && maxLength >= shortTextCharacters;
}

function ifPresent(path: string, size: string): string {
  return `(has(${path}) ? ${size} : 0)`;
}
