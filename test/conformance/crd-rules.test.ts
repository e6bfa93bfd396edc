import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";

import { parse } from "yaml";

interface Rule {
  rule: string;
  message?: string;
  messageExpression?: string;
}

interface Schema {
  description?: string;
  type?: string;
  format?: string;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  maxItems?: number;
  maxProperties?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  required?: string[];
  "x-kubernetes-int-or-string"?: boolean;
  "x-kubernetes-preserve-unknown-fields"?: boolean;
  "x-kubernetes-list-type"?: string;
  "x-kubernetes-list-map-keys"?: string[];
  "x-kubernetes-validations"?: Rule[];
}

interface Field {
  /** `screenshotjobs spec.url` */
  place: string;
  /** Empty for items of lists and values of maps, which have no name. */
  name: string;
  schema: Schema;
}

interface Definition {
  spec: {
    names: { plural: string; categories: string[] };
    versions: {
      schema: { openAPIV3Schema: Schema };
      additionalPrinterColumns: { name: string; description: string }[];
      subresources?: { status?: object };
    }[];
  };
}

const definitions = readdirSync("crds")
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => parse(readFileSync(join("crds", name), "utf8")) as Definition);

const fields = definitions.flatMap(({ spec }) =>
  spec.versions.flatMap(({ schema }) => {
    const { metadata: _, ...ours } = schema.openAPIV3Schema.properties ?? {};
    return fieldsOf({ properties: ours }, spec.names.plural);
  }),
);
const rules = definitions.flatMap(({ spec }) =>
  spec.versions.flatMap(({ schema }) => rulesOf(schema.openAPIV3Schema, spec.names.plural)),
);

function fieldsOf(schema: Schema, place: string): Field[] {
  const below = (name: string, inner: Schema, path: string): Field[] => [
    { place: path, name, schema: inner },
    ...fieldsOf(inner, path),
  ];
  const { properties = {}, items, additionalProperties: values } = schema;
  return [
    ...Object.entries(properties).flatMap(([name, inner]) =>
      below(name, inner, `${place}.${name}`),
    ),
    ...(items === undefined ? [] : below("", items, `${place}[]`)),
    ...(values === undefined ? [] : below("", values, `${place}{}`)),
  ];
}

function rulesOf(schema: Schema, place: string): (Rule & { place: string })[] {
  const own = (schema["x-kubernetes-validations"] ?? []).map((rule) => ({ ...rule, place }));
  return [...own, ...fieldsOf(schema, place).flatMap((field) => ownRulesOf(field))];
}

function ownRulesOf({ schema, place }: Field): (Rule & { place: string })[] {
  return (schema["x-kubernetes-validations"] ?? []).map((rule) => ({ ...rule, place }));
}

/** Asserts that something holds for every field that it is about, and that there are such fields. */
function everyField(about: (field: Field) => boolean, holds: (field: Field) => boolean): void {
  const concerned = fields.filter(about);
  assert.ok(concerned.length > 0, "no field is concerned, so this test would see nothing");
  assert.deepEqual(
    concerned.filter((field) => !holds(field)).map(({ place }) => place),
    [],
  );
}

const isTop = ({ name }: Field) => name === "apiVersion" || name === "kind";
const isQuantity = ({ schema }: Field) => schema["x-kubernetes-int-or-string"] === true;

suite("the fields of the CRDs", () => {
  test("are those of four kinds", () => {
    assert.deepEqual(definitions.map(({ spec }) => spec.names.plural).toSorted(), [
      "accounts",
      "browserpools",
      "screenshotclasses",
      "screenshotjobs",
    ]);
    for (const { spec } of definitions) {
      assert.deepEqual(spec.names.categories, ["stills"]);
      // A claim is all there is to a class, so it has no status.
      const hasStatus = spec.names.plural !== "screenshotclasses";
      for (const { subresources } of spec.versions)
        assert.equal(subresources?.status !== undefined, hasStatus);
    }
  });

  test("have a type, and none is a fraction or of any kind", () => {
    const types = ["object", "array", "string", "integer", "boolean"];
    everyField(
      (field) => !isQuantity(field),
      ({ schema }) => types.includes(schema.type ?? ""),
    );
    everyField(
      () => true,
      ({ schema }) => schema["x-kubernetes-preserve-unknown-fields"] === undefined,
    );
  });

  test("have a longest length when they are text", () => {
    everyField(
      (field) => (field.schema.type === "string" && !isTop(field)) || isQuantity(field),
      ({ schema }) => schema.maxLength !== undefined,
    );
  });

  test("are bounded on both sides when they are numbers", () => {
    everyField(
      ({ schema }) => schema.type === "integer",
      ({ schema }) =>
        schema.minimum !== undefined &&
        schema.maximum !== undefined &&
        /^int(32|64)$/.test(schema.format ?? ""),
    );
  });

  test("have a largest size and say how they merge when they are lists", () => {
    everyField(
      ({ schema }) => schema.type === "array",
      ({ schema }) =>
        schema.maxItems !== undefined &&
        schema["x-kubernetes-list-type"] !== undefined &&
        (schema["x-kubernetes-list-type"] !== "map" ||
          (schema["x-kubernetes-list-map-keys"]?.length ?? 0) > 0),
    );
  });

  test("have known members or a largest size when they are objects", () => {
    everyField(
      ({ schema }) => schema.type === "object",
      ({ schema }) =>
        schema.properties !== undefined ||
        (schema.additionalProperties !== undefined && schema.maxProperties !== undefined),
    );
  });

  test("are described in a sentence that begins with their name", () => {
    everyField(
      ({ name }) => name !== "",
      ({ name, schema }) => new RegExp(`^${name} \\S.*\\.$`, "s").test(schema.description ?? ""),
    );
  });

  test("are named as Kubernetes names fields", () => {
    everyField(
      ({ name }) => name !== "",
      ({ name }) =>
        /^[a-z][A-Za-z0-9]*$/.test(name) && !/Url|Html|Cidr|[a-z]Id\b|^phase$/.test(name),
    );
  });

  test("that are times end in Time or Start", () => {
    everyField(
      ({ schema }) => schema.format === "date-time",
      ({ name }) => /(Time|Start)$/.test(name),
    );
    everyField(
      ({ name }) => name !== "",
      ({ name }) => !/(Timestamp|[a-z]At)$/.test(name),
    );
  });

  test("that are words begin with a capital letter", () => {
    everyField(
      // Media types and devices have names of their own.
      ({ schema, name }) => schema.enum !== undefined && !["mediaType", "device"].includes(name),
      ({ schema }) => (schema.enum ?? []).every((word) => /^[A-Z][A-Za-z0-9]*$/.test(word)),
    );
  });

  test("that are required exist", () => {
    everyField(
      ({ schema }) => schema.required !== undefined,
      ({ schema }) =>
        (schema.required ?? []).every((name) => schema.properties?.[name] !== undefined),
    );
  });
});

suite("the rules of the CRDs", () => {
  test("say in one sentence what must be or may not be", () => {
    assert.ok(rules.length > 40);
    const mute = rules.filter(
      ({ message = "" }) => !/^(must|may not) /.test(message) || message.length > 200,
    );
    assert.deepEqual(mute, []);
  });

  test("are short enough to be read and cheap enough to be checked", () => {
    const limit = ({ rule }: Rule) => (rule.includes("oldSelf") ? 8000 : 200);
    const long = rules.filter((rule) => rule.rule.length > limit(rule)).map(({ place }) => place);
    assert.deepEqual(long, []);
    // Each costs about a tenth of a millisecond of the API server's time on every write, of the status too.
    const ofJob = rules.filter(({ place }) => /^screenshotjobs(\.spec)?$/.test(place));
    assert.ok(ofJob.length <= 22, `${ofJob.length} rules: fold some into one`);
  });

  test("use nothing whose cost the server cannot bound", () => {
    const unbounded = rules.filter(({ rule, messageExpression = "" }) =>
      /\w\.\?\w|\b(url|string|join)\(/.test(rule + messageExpression),
    );
    assert.deepEqual(unbounded, []);
  });
});

test("every printed column says what it shows", () => {
  for (const { spec } of definitions)
    for (const column of spec.versions.flatMap((one) => one.additionalPrinterColumns))
      assert.match(column.description, /^[A-Z].*\.$/, column.name);
});
