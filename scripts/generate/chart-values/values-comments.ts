export interface ValueLine {
  /** Path with dots → what stands above and behind the key, as one text. */
  comment: string;
  /** Whether the value stands behind the key, in one line. */
  isInline: boolean;
}

/** The comments of values.yaml by path: those right above a key, and the one behind it. */
export function valuesComments(text: string): Map<string, ValueLine> {
  const lines = new Map<string, ValueLine>();
  const parents: { indent: number; key: string }[] = [];
  let above: string[] = [];
  for (const line of text.split("\n")) {
    const comment = /^\s*# (.*)$/.exec(line)?.[1];
    const found = /^(?<indent> *)(?<key>[A-Za-z]\w*):(?<rest>.*)$/.exec(line)?.groups;
    if (comment !== undefined) above.push(comment);
    else if (found === undefined) above = [];
    else {
      const { indent = "", key = "", rest = "" } = found;
      while ((parents.at(-1)?.indent ?? -1) >= indent.length) parents.pop();
      parents.push({ indent: indent.length, key });
      const { value, behind } = split(rest);
      lines.set(parents.map((parent) => parent.key).join("."), {
        comment: joined(above.join(" "), behind),
        isInline: value !== "",
      });
      above = [];
    }
  }
  return lines;
}

function joined(above: string, behind: string): string {
  if (above === "" || behind === "") return above + behind;
  return `${above}${/[.;:]$/.test(above) ? "" : ";"} ${behind}`;
}

/** A value and the comment behind it; a # in quotes begins none. */
function split(rest: string): { value: string; behind: string } {
  const value = /^(?:"(?:[^"\\]|\\.)*"|[^"#]|(?<! )#)*/.exec(rest)?.[0] ?? "";
  return { value: value.trim(), behind: rest.slice(value.length).replace(/^#\s*/, "").trim() };
}
