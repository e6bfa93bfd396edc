/** The keywords of JSON Schema that sentences are made from. */
export interface SchemaNode {
  type?: string;
  const?: string | number | boolean;
  enum?: readonly (string | number)[];
  anyOf?: readonly SchemaNode[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  properties?: Readonly<Record<string, SchemaNode>>;
  /** Ours: what the value has to be, in words; continues "must be". */
  allowed?: string;
}

/** What a value that does not match has to be, "must be …"; undefined where the schema does not say. */
export function sentenceOf(node: SchemaNode): string | undefined {
  const allowed = node.allowed ?? allowedBy(node);
  return allowed === undefined ? undefined : `must be ${allowed}`;
}

function allowedBy(node: SchemaNode): string | undefined {
  const words = wordsOf(node);
  if (words !== undefined) return words.length === 1 ? words[0] : `one of ${words.join(", ")}`;
  switch (node.type) {
    case "integer":
      return `a whole number${boundsText(node.minimum, node.maximum)}`;
    case "number":
      return `a number${boundsText(node.minimum, node.maximum)}`;
    case "boolean":
      return "true or false";
    case "array":
      return `a list${sizeText(node.minItems, node.maxItems, "entries")}`;
    case "string":
      return node.minLength === 1 && node.maxLength === undefined
        ? "a string that is not empty"
        : `a string${sizeText(node.minLength, node.maxLength, "characters")}`;
    case "object":
      return "an object";
    default:
      return undefined;
  }
}

function wordsOf(node: SchemaNode): string[] | undefined {
  if (node.const !== undefined) return [String(node.const)];
  if (node.enum !== undefined) return node.enum.map(String);
  const constants = node.anyOf?.map((branch) => branch.const);
  return constants === undefined || constants.includes(undefined)
    ? undefined
    : constants.map(String);
}

function boundsText(min: number | undefined, max: number | undefined): string {
  const largest = max === Number.MAX_SAFE_INTEGER ? undefined : max;
  if (min !== undefined && largest !== undefined) return ` from ${min} to ${largest}`;
  if (min !== undefined) return `, at least ${min}`;
  return largest === undefined ? "" : `, at most ${largest}`;
}

function sizeText(min: number | undefined, max: number | undefined, what: string): string {
  if (min !== undefined && max !== undefined) return ` of ${min} to ${max} ${what}`;
  if (min !== undefined) return ` of at least ${min} ${what}`;
  return max === undefined ? "" : ` of at most ${max} ${what}`;
}
