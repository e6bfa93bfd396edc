/** `- { name: STILLS_X, value: EXPRESSION }`, the form that all templates use for a variable with a value. */
const assignment = /\{ name: (STILLS_\w+), value: (.+) \}$/;
const reference = /\.Values\.([\w.]+)/g;

/** The environment variables that each value of the chart sets, read from the texts of its templates. */
export function variablesOfValues(templates: readonly string[]): ReadonlyMap<string, Set<string>> {
  const definitions = new Map(templates.flatMap(definitionsOf));
  const variables = new Map<string, Set<string>>();
  for (const template of templates) {
    let surrounding = "";
    for (const line of template.split("\n")) {
      surrounding = /\{\{-? with (\.Values\.[\w.]+)/.exec(line)?.[1] ?? surrounding;
      const [, variable, expression] = assignment.exec(line) ?? [];
      if (variable === undefined || expression === undefined) continue;
      for (const [, path = ""] of expanded(expression, surrounding, definitions).matchAll(
        reference,
      ))
        variables.set(path, (variables.get(path) ?? new Set()).add(variable));
    }
  }
  return variables;
}

/** The named templates of a file, each with its text. */
function definitionsOf(template: string): [name: string, text: string][] {
  return template
    .split(/\{\{-? define "/)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('"')), text]);
}

/** The expression with the named template it includes, or with the value that `.` stands for. */
function expanded(
  expression: string,
  surrounding: string,
  definitions: ReadonlyMap<string, string>,
): string {
  const included = /include "([\w.]+)"/.exec(expression)?.[1];
  if (included !== undefined) return definitions.get(included) ?? "";
  const isOfDot = !expression.includes(".Values.") && /[\s(]\.[\s)]/.test(expression);
  return isOfDot ? surrounding : expression;
}
