import type { MetricCatalogue } from "./metric-catalogue.ts";

type Labels = ReadonlyMap<string, ReadonlySet<string>>;

/** What Prometheus and the chart's PodMonitor put on every series. */
const targetLabels = ["namespace", "pod", "job", "component", "pool"];
const operators = ["and", "or", "unless", "bool"];
const clause = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;
const selector = /([a-zA-Z_:][\w:]*)\s*\{([^}]*)\}/g;
const matcher = /(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g;

/** What a PromQL expression asks for that no role has: metrics, labels, and values of labels. */
export function queryProblems(expression: string, catalogue: MetricCatalogue): string[] {
  const labelsOf = (name: string): Labels | undefined =>
    name === "up" ? new Map<string, ReadonlySet<string>>() : catalogue.get(name);
  const selectors = [...expression.matchAll(selector)];
  const asked = selectors.map(([, name = ""]) => labelsOf(name));
  const grouped = [...expression.matchAll(clause)]
    .flatMap(([, list = ""]) => list.split(",").map((label) => label.trim()))
    .filter((label) => !targetLabels.includes(label));
  return [
    ...selectors.flatMap(([, name = "", matchers = ""]) =>
      matcherProblems(name, matchers, labelsOf(name)),
    ),
    ...grouped
      .filter((label) => !asked.some((labels) => labels?.has(label) === true))
      .map((label) => `no metric of the expression has the label ${label}`),
    ...unknownNames(expression, (name) => labelsOf(name) !== undefined),
  ];
}

function matcherProblems(name: string, matchers: string, labels: Labels | undefined): string[] {
  if (labels === undefined) return [];
  return [...matchers.matchAll(matcher)].flatMap(([, label = "", , value = ""]) => {
    const values = labels.get(label);
    if (values === undefined)
      return targetLabels.includes(label) ? [] : [`${name} has no label ${label}`];
    if (values.has("*") || value.startsWith("$")) return [];
    const never = value.split("|").filter((one) => !values.has(one));
    return never.map((one) => `${label} of ${name} is never ${one}`);
  });
}

/** Every name that is no function, no operator and no metric. */
function unknownNames(expression: string, isKnown: (name: string) => boolean): string[] {
  const bare = expression
    .replaceAll(clause, " ")
    .replaceAll(/\{[^}]*\}/g, " ")
    .replaceAll(/\[[^\]]*\]/g, " ");
  return [...bare.matchAll(/(?<![\w.])([a-zA-Z_:][\w:]*)(\s*\()?/g)]
    .filter(([, name = "", call]) => call === undefined && !operators.includes(name))
    .map(([, name = ""]) => name)
    .filter((name) => !isKnown(name))
    .map((name) => `no role has the metric ${name}`);
}
