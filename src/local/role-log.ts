/** What explains the end of a role: the lines it printed last that are no JSON (its settings are not valid), else its last error. */
export function explainLog(text: string): string {
  const lines = text.split("\n");
  const plain = lines.slice(lines.findLastIndex((line) => parseLine(line) !== undefined) + 1);
  if (plain.length > 0) return plain.join("\n");
  for (const line of lines.toReversed()) {
    const entry = parseLine(line) ?? {};
    if (!["error", "warn"].includes(stringOf(entry, "level"))) continue;
    const err = objectOf(entry, "err");
    return err === undefined ? stringOf(entry, "message") : messagesOf(err);
  }
  return text;
}

/** The messages of an error and its causes, without those that another one contains. */
function messagesOf(err: object): string {
  const messages: string[] = [];
  for (let each: object | undefined = err; each !== undefined; each = objectOf(each, "cause")) {
    const message = stringOf(each, "message");
    if (!messages.some((earlier) => earlier.includes(message))) messages.push(message);
  }
  return messages.join(": ");
}

/** Undefined if the line is not a JSON object. */
function parseLine(line: string): object | undefined {
  try {
    return objectOf({ line: JSON.parse(line) }, "line");
  } catch {
    return undefined;
  }
}

function objectOf(object: object, key: string): object | undefined {
  const value: unknown = Reflect.get(object, key);
  return typeof value === "object" && value !== null ? value : undefined;
}

/** Empty if there is no text of that name. */
function stringOf(object: object, key: string): string {
  const value: unknown = Reflect.get(object, key);
  return typeof value === "string" ? value : "";
}
