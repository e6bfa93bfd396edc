import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, suite, test } from "node:test";
import { parse } from "yaml";
import { failureReasons, reasonEntry } from "../../src/api/reasons/reasons.ts";
import { anchorsOf } from "./markdown-anchors.ts";
import { metricCatalogue } from "./metric-catalogue.ts";
import type { MetricCatalogue } from "./metric-catalogue.ts";
import { queryProblems } from "./query-problems.ts";

interface Alert {
  alert: string;
  expr: string;
  for: string;
  severity: string;
  summary: string;
  description: string;
}

interface Panel {
  title: string;
  targets?: { expr: string; legendFormat: string }[];
}

const text = readFileSync("charts/stills/files/alerts.yaml", "utf8");
const { alerts } = parse(text) as { alerts: Alert[] };
const dashboard = JSON.parse(readFileSync("charts/stills/files/dashboard.json", "utf8")) as {
  panels: Panel[];
};
const own = 'namespace="somewhere"';
/** As templates/monitoring.yaml fills in what is not the same everywhere. */
const expressionOf = ({ expr }: Alert): string =>
  expr
    .replaceAll("<job>", `${own}, job="stills"`)
    .replaceAll("<own>", own)
    .replaceAll(/<oldestQueuedSeconds>|<failureRatioPercent>|<maxLiveJobs>/g, "20");

let catalogue: MetricCatalogue;
before(async () => {
  catalogue = await metricCatalogue();
});

suite("the alerts of the chart", () => {
  test("ask only for metrics, labels and values that the code has", () => {
    assert.ok(alerts.length > 10);
    for (const alert of alerts)
      assert.deepEqual(queryProblems(expressionOf(alert), catalogue), [], alert.alert);
  });

  test("are of this release's series alone, each with all that a person needs", () => {
    assert.equal(new Set(alerts.map(({ alert }) => alert)).size, alerts.length);
    for (const one of alerts) {
      const { alert, for: lasting, severity, summary, description } = one;
      const expression = expressionOf(one);
      assert.match(alert, /^Stills[A-Z][A-Za-z]+$/);
      assert.match(lasting, /^\d+m$/, alert);
      assert.ok(["warning", "critical"].includes(severity), alert);
      assert.ok(summary.length > 10 && description.length > summary.length, alert);
      assert.doesNotMatch(
        expression,
        /[<>][a-zA-Z]/,
        `${alert} has something that is not filled in`,
      );
      const series = expression.match(/\b(?:stills_\w+|up)\b/g) ?? [];
      assert.equal(expression.split(own).length - 1, series.length, alert);
    }
  });

  test("each has its section in the runbook", () => {
    const anchors = anchorsOf(readFileSync("deploy/runbook.md", "utf8"));
    const wanted = alerts.map(({ alert }) => `alert-${alert.toLowerCase()}`);
    assert.deepEqual(
      anchors.filter((anchor) => anchor.startsWith("alert-")).toSorted(),
      wanted.toSorted(),
    );
  });

  test("count as faults of the installation reasons that end jobs", () => {
    const failing = alerts.find(({ alert }) => alert === "StillsJobsFailing")?.expr ?? "";
    const reasons = /reason=~"([^"]+)"/.exec(failing)?.[1]?.split("|") ?? [];
    const faults = failureReasons.filter((reason) =>
      /^(Installation|Stills)$/.test(reasonEntry(reason).fault ?? ""),
    );
    // Workers with too little CPU for their slots show as captures that time out.
    assert.deepEqual(reasons.toSorted(), [...faults, "CaptureTimedOut"].toSorted());
  });
});

suite("the dashboard of the chart", () => {
  const queries = dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map((target) => ({ title, ...target })),
  );

  test("asks only for metrics, labels and values that the code has", () => {
    assert.ok(queries.length > 40);
    for (const { title, expr } of queries)
      assert.deepEqual(queryProblems(withoutIntervals(expr), catalogue), [], title);
  });

  test("names in legends what the query leaves", () => {
    for (const { title, expr, legendFormat } of queries)
      for (const [, label = ""] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) {
        const left = / by \(([^)]*)\)/.exec(expr)?.[1]?.split(", ");
        assert.ok(left === undefined || left.includes(label), `${title}: ${label}`);
      }
  });
});

suite("a query", () => {
  const wrong: Readonly<Record<string, RegExp>> = {
    'sum(stills_leaders{namespace="x"})': /no role has the metric stills_leaders/,
    "sum(stills_leaders)": /no role has the metric stills_leaders/,
    'stills_jobs_finished_total{namespace="x", outcome="Captured"}': /has no label outcome/,
    'stills_jobs_finished_total{namespace="x", reason=~"Captured|Lost"}': /is never Lost/,
    'sum by (reasons) (rate(stills_jobs_finished_total{namespace="x"}[5m]))': /label reasons/,
    'up{namespace="x"} == 0 and stills_nothing': /stills_nothing/,
  };
  for (const [expression, message] of Object.entries(wrong))
    test(`with a mistake is seen: ${expression}`, () => {
      assert.match(queryProblems(expression, catalogue).join("\n"), message);
    });
});

function withoutIntervals(expression: string): string {
  return expression.replaceAll("[$__rate_interval]", "[5m]");
}
