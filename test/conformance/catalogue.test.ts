import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";

import { parse } from "yaml";

import {
  captureOptions,
  defaultOf,
  fieldOf,
  nameOf,
  optionAt,
} from "../../src/api/options/capture-options.ts";
import { captureGroups } from "../../src/api/options/groups.ts";
import {
  httpDefaultOf,
  httpOptions,
  optionByHTTPName,
} from "../../src/api/options/http-options.ts";
import { captureDefaults } from "../../src/api/options/capture-spec.generated.ts";
import type { OptionValue, TextValue } from "../../src/api/options/option-value.ts";

interface Schema {
  type?: string;
  default?: unknown;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}

const crd = parse(readFileSync("crds/stills.dev_screenshotjobs.yaml", "utf8")) as {
  spec: { versions: { schema: { openAPIV3Schema: Schema } }[] };
};
const spec = crd.spec.versions[0]?.schema.openAPIV3Schema.properties?.["spec"] ?? {};

/** What the controller decides by; not capture options. */
const controlFields = [
  "className",
  "poolName",
  "priority",
  "backoffLimit",
  "activeDeadlineSeconds",
  "startDeadlineSeconds",
  "ttlSecondsAfterFinished",
  "suspend",
  "cancel",
  "storage.bucket",
  "storage.endpoint",
  "storage.region",
  "storage.credentialsSecretRef",
  "cache",
  "storage.accountName",
  "storage.sealedKeys",
  "storage.class",
  "storage.acl",
  "webhook",
  "sealed",
];

/** The names of `/take` that the first step builds. */
const namesOfFirstStep = [
  ["url", "html", "markdown", "format", "image_quality"],
  ["viewport_width", "viewport_height", "device_scale_factor"],
  ["full_page", "full_page_scroll", "full_page_scroll_delay", "full_page_scroll_by"],
  ["full_page_max_height", "selector", "error_on_selector_not_found"],
  ["clip_x", "clip_y", "clip_width", "clip_height"],
  ["dark_mode", "wait_until", "wait_for_selector", "delay", "timeout", "navigation_timeout"],
  ["scripts", "styles", "hide_selectors", "ignore_host_errors", "storage_path"],
].flat();

function schemaAt(path: string): Schema | undefined {
  return path
    .split(".")
    .reduce<Schema | undefined>((schema, name) => schema?.properties?.[name], spec);
}

/** The paths of everything that is not an object with members of its own. */
function leavesOf(schema: Schema, parent = ""): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
    const path = parent === "" ? name : `${parent}.${name}`;
    return inner.properties === undefined || controlFields.includes(path)
      ? [path]
      : leavesOf(inner, path);
  });
}

function assertBounds(value: OptionValue, schema: Schema, path: string): void {
  switch (value.type) {
    case "string":
      assert.deepEqual([schema.type, schema.maxLength], ["string", value.maxLength], path);
      return;
    case "word":
      assert.deepEqual([schema.type, schema.enum], ["string", value.words], path);
      return;
    case "integer":
      assert.deepEqual(
        [schema.type, schema.minimum, schema.maximum],
        ["integer", value.minimum, value.maximum],
        path,
      );
      return;
    case "boolean":
      assert.equal(schema.type, "boolean", path);
      return;
    case "list":
      assert.deepEqual([schema.type, schema.maxItems], ["array", value.maxItems], path);
      assertBounds(value.items, schema.items ?? {}, `${path}[]`);
  }
}

function textsOf(value: OptionValue): TextValue[] {
  if (value.type === "string") return [value];
  return value.type === "list" ? textsOf(value.items) : [];
}

suite("the option catalogue", () => {
  test("and the CRD name the same fields", () => {
    const paths = captureOptions.map(({ path }) => path);
    const leaves = leavesOf(spec).filter((path) => !controlFields.includes(path));
    assert.deepEqual(paths.toSorted(), leaves.toSorted());
    for (const field of controlFields) assert.notEqual(schemaAt(field), undefined, field);
  });

  test("and the CRD agree on types, bounds and defaults", () => {
    for (const option of captureOptions) {
      const schema = schemaAt(option.path) ?? {};
      assertBounds(option.value, schema, option.path);
      assert.deepEqual(schema.default, defaultOf(option), option.path);
    }
  });

  test("and the generated defaults agree", () => {
    for (const option of captureOptions.filter(({ audience }) => audience !== "control")) {
      const generated = option.path
        .split(".")
        .reduce<unknown>(
          (value, name) => (value as Record<string, unknown> | undefined)?.[name],
          captureDefaults,
        );
      assert.deepEqual(generated, defaultOf(option), option.path);
    }
  });

  test("has every option of the first step under the name that /take gives it", () => {
    const names = captureOptions.flatMap(({ http }) => (http === undefined ? [] : [http.name]));
    assert.deepEqual(
      namesOfFirstStep.filter((name) => !names.includes(name)),
      [],
    );
    assert.equal(new Set(names).size, names.length, "a name is given twice");
    for (const name of names) assert.match(name, /^[a-z0-9]+(_[a-z0-9]+)*$/);
  });

  test("finds an option by its path and by its HTTP name", () => {
    assert.equal(optionAt("viewport.deviceScalePercent")?.http?.name, "device_scale_factor");
    assert.equal(optionByHTTPName("full_page")?.path, "extent");
    assert.equal(optionAt("nothing"), undefined);
    assert.equal(optionByHTTPName("nothing"), undefined);
    assert.equal(fieldOf("viewport.widthPixels"), "viewport");
    assert.equal(nameOf("viewport.widthPixels"), "widthPixels");
  });

  test("translates HTTP words to words of the resource, and reaches all of them or none", () => {
    for (const { http, value, path } of captureOptions) {
      if (http?.words === undefined) continue;
      const item = value.type === "list" ? value.items : value;
      assert.equal(item.type, "word", path);
      const known = item.type === "word" ? item.words : [];
      for (const word of Object.values(http.words))
        assert.ok(known.includes(word), `${path} ${word}`);
      if (http.type === "boolean")
        assert.deepEqual(Object.keys(http.words).toSorted(), ["false", "true"], path);
    }
  });

  test("names only fields and options that exist where one depends on another", () => {
    const paths = captureOptions.map(({ path }) => path);
    for (const { path, atMost } of captureOptions) assert.ok(paths.includes(atMost ?? path), path);
    const names = httpOptions.map(({ http }) => http.name);
    for (const { http } of httpOptions) {
      const { needs = [], requires = [], excludes = {}, implies = {} } = http;
      for (const other of [...needs, ...requires, ...Object.keys(excludes)])
        assert.ok(names.includes(other), `${http.name}: ${other}`);
      for (const other of Object.keys(implies)) assert.ok(paths.includes(other), other);
    }
  });

  test("describes every object that options stand in, and no other", () => {
    const objects = captureOptions.map(({ path }) => path).filter((path) => path.includes("."));
    assert.deepEqual(
      Object.keys(captureGroups).toSorted(),
      [...new Set(objects.map(fieldOf))].toSorted(),
    );
    for (const [name, { onlyWith }] of Object.entries(captureGroups)) {
      if (onlyWith === undefined) continue;
      const value = optionAt(onlyWith.path)?.value;
      assert.ok(value?.type === "word", name);
      for (const word of onlyWith.words) assert.ok(value.words.includes(word), name);
    }
  });

  test("has defaults within their bounds, in the resource and over HTTP", () => {
    for (const { value, http, path } of captureOptions) {
      if (value.type === "integer" && value.default !== undefined) {
        assert.ok(value.default >= value.minimum && value.default <= value.maximum, path);
        if (http?.maximum !== undefined) assert.ok(value.default <= http.maximum, path);
      }
      if (value.type === "word" && value.default !== undefined)
        assert.ok(value.words.includes(value.default), path);
    }
  });

  test("says what an option is over HTTP when nobody gives it", () => {
    const defaults = Object.fromEntries(
      captureOptions.flatMap((option) =>
        option.http === undefined ? [] : [[option.http.name, httpDefaultOf(option)]],
      ),
    );
    assert.equal(defaults["format"], "jpg");
    assert.equal(defaults["image_quality"], "80");
    assert.equal(defaults["full_page"], "false");
    assert.equal(defaults["full_page_scroll"], "true");
    assert.equal(defaults["error_on_selector_not_found"], "false");
    assert.equal(defaults["device_scale_factor"], "1");
    assert.equal(defaults["wait_until"], "load");
    assert.equal(defaults["timeout"], "60");
    assert.equal(defaults["dark_mode"], undefined);
    assert.equal(defaults["url"], undefined);
  });

  test("has patterns that JavaScript reads as the API server does", () => {
    const [whole, twice, credentials, blanks] =
      textsOf(optionAt("url")?.value ?? none)[0]?.rules ?? [];
    const holds = (rule: typeof whole, text: string) => {
      assert.ok(rule !== undefined);
      return new RegExp(rule.pattern).test(text) === (rule.must === "match");
    };
    assert.ok(holds(whole, "HTTPS://example.com") && !holds(whole, "file:///etc/passwd"));
    assert.ok(holds(twice, "https://example.com/https://a") && !holds(twice, "https://http://a"));
    assert.ok(holds(credentials, "https://a/b@c") && !holds(credentials, "https://a:b@c"));
    assert.ok(holds(blanks, "https://a/b%20c") && !holds(blanks, "https://a/b\tc"));
    for (const rule of captureOptions
      .flatMap(({ value }) => textsOf(value))
      .flatMap((text) => text.rules ?? []))
      assert.ok(!/["`]|\(\?|\\p|\\u/.test(rule.pattern), rule.pattern);
  });
});

const none: OptionValue = { type: "boolean" };
