import { format } from "prettier";
import { browserPool } from "../../src/api/kinds/browser-pool.ts";
import { crdText } from "./crd.ts";
import { parse } from "yaml";

type Json = Record<string, unknown>;

/** The schema of the chart's values with the part about pools as the CRD has it; the rest is written by hand. */
export async function withPoolSchema(text: string): Promise<string> {
  const schema = JSON.parse(text) as { definitions: Json };
  const crd = parse(crdText(browserPool)) as CRD;
  const pool = crd.spec.versions[0]?.schema.openAPIV3Schema.properties.spec ?? {};
  schema.definitions["pool"] = strict(pool);
  return await format(JSON.stringify(schema), { parser: "json", printWidth: 100 });
}

interface CRD {
  spec: { versions: { schema: { openAPIV3Schema: { properties: { spec: Json } } } }[] };
}

/** As JSON Schema has it: nothing of Kubernetes' own, no defaults, and no field that is not there. */
function strict(node: Json): Json {
  const result: Json = {};
  for (const [key, value] of Object.entries(node)) {
    if (key.startsWith("x-kubernetes-") || key === "default") continue;
    if (key === "properties") result[key] = mapValues(value as Record<string, Json>, strict);
    else if (Array.isArray(value))
      result[key] = value.map((one) => (isJson(one) ? strict(one) : one));
    else result[key] = isJson(value) ? strict(value) : value;
  }
  const isOpen = node["x-kubernetes-preserve-unknown-fields"] === true;
  if (result["properties"] !== undefined && !isOpen) result["additionalProperties"] = false;
  return result;
}

function mapValues(
  values: Record<string, Json>,
  change: (value: Json) => Json,
): Record<string, Json> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
