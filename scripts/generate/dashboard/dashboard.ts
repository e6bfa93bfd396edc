import { rows } from "./panels.ts";
import type { Panel } from "./panels.ts";

const columns = 24;
const panelHeight = 8;
const panelWidth = 8;
const datasource = { type: "prometheus", uid: "${datasource}" };

/** The Grafana dashboard as JSON. */
export function dashboardText(): string {
  return `${JSON.stringify(dashboard(), undefined, 2)}\n`;
}

function dashboard(): Record<string, unknown> {
  return {
    title: "Stills",
    uid: "stills",
    tags: ["stills"],
    description: "Jobs, pools, workers, gateway, webhooks and the egress proxy of Stills",
    editable: true,
    graphTooltip: 1,
    refresh: "30s",
    schemaVersion: 39,
    time: { from: "now-3h", to: "now" },
    timezone: "",
    templating: { list: variables() },
    annotations: { list: [] },
    panels: panels(),
  };
}

function variables(): Record<string, unknown>[] {
  const query = (name: string, label: string, definition: string): Record<string, unknown> => ({
    name,
    label,
    type: "query",
    datasource,
    definition,
    query: { query: definition, refId: name },
    refresh: 2,
    sort: 1,
  });
  return [
    { name: "datasource", label: "Data source", type: "datasource", query: "prometheus" },
    query("namespace", "Namespace", "label_values(stills_leader, namespace)"),
    {
      ...query("pool", "Pool", 'label_values(stills_pool_slots{namespace="$namespace"}, pool)'),
      multi: true,
      includeAll: true,
      allValue: ".*",
      current: { text: "All", value: "$__all" },
    },
  ];
}

function panels(): Record<string, unknown>[] {
  const result: Record<string, unknown>[] = [];
  let top = 0;
  const add = (panel: Record<string, unknown>): void =>
    void result.push({ id: result.length + 1, ...panel });
  for (const row of rows) {
    add({
      type: "row",
      title: row.title,
      collapsed: false,
      panels: [],
      gridPos: { h: 1, w: columns, x: 0, y: top },
    });
    top += 1;
    row.panels.forEach((panel, index) => {
      const x = (index * panelWidth) % columns;
      if (index > 0 && x === 0) top += panelHeight;
      add({ ...panelOf(panel), gridPos: { h: panelHeight, w: panelWidth, x, y: top } });
    });
    top += panelHeight;
  }
  return result;
}

function panelOf(panel: Panel): Record<string, unknown> {
  const stacking = { mode: panel.stacked === true ? "normal" : "none", group: "A" };
  const custom = { fillOpacity: panel.stacked === true ? 20 : 0, lineWidth: 1, stacking };
  const single = panel.single === true;
  return {
    type: single ? "stat" : "timeseries",
    title: panel.title,
    description: panel.text,
    datasource,
    fieldConfig: {
      defaults: { unit: panel.unit, min: 0, ...(!single && { custom }) },
      overrides: [],
    },
    options: single
      ? { reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false } }
      : {
          legend: { displayMode: "list", placement: "bottom", showLegend: true },
          tooltip: { mode: "multi", sort: "desc" },
        },
    targets: Object.entries(panel.queries).map(([expr, legendFormat], index) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + index),
      datasource,
      expr,
      legendFormat,
      range: !single,
      instant: single,
    })),
  };
}
