import assert from "node:assert/strict";
import { test } from "node:test";
import { endpointOptions } from "../../api/options/http-options.ts";
import { blockingListsPackage } from "../../api/settings/blocking-lists.ts";
import { createOpenAPI } from "./openapi.ts";

interface Parameter {
  name: string;
  in: string;
  description: string;
  schema: Record<string, unknown>;
}

const document = createOpenAPI("https://stills.example") as {
  paths: Record<string, Record<string, { parameters: Parameter[] }>>;
  components: { schemas: { TakeOptions: { properties: Record<string, unknown> } } };
};
const parametersOf = (path: string) =>
  (document.paths[path]?.["get"]?.parameters ?? []).filter((found) => found.in === "query");
const parameters = parametersOf("/take");

for (const endpoint of ["take", "animate"] as const)
  test(`every option of /${endpoint} is there once, with a description`, () => {
    const found = parametersOf(`/${endpoint}`);
    const expected = endpointOptions[endpoint].all.map(({ http }) => http.name);
    assert.deepEqual(found.map(({ name }) => name).toSorted(), [...new Set(expected)].toSorted());
    for (const { name, description } of found) assert.ok(description.startsWith(`\`${name}\` `));
  });

test("/animate has options and formats of its own", () => {
  const schemaOf = (name: string) =>
    parametersOf("/animate").find((found) => found.name === name)?.schema;
  assert.deepEqual(schemaOf("duration"), { type: "integer", minimum: 1, maximum: 30 });
  assert.equal(schemaOf("format")?.["default"], "mp4");
  assert.deepEqual(schemaOf("format")?.["enum"], ["gif", "mp4", "webm", "mov", "avi"]);
  assert.equal(schemaOf("full_page"), undefined);
});

test("types, bounds and words are HTTP's", () => {
  const schemaOf = (name: string) => parameters.find((found) => found.name === name)?.schema;
  assert.deepEqual(schemaOf("device_scale_factor"), { type: "number", minimum: 1, maximum: 5 });
  assert.equal(schemaOf("format")?.["default"], "jpg");
  assert.match(JSON.stringify(schemaOf("format")?.["enum"]), /"png"/);
  assert.equal(schemaOf("timeout")?.["maximum"], 600);
});

test("a body has no signature", () => {
  assert.ok(!("signature" in document.components.schemas.TakeOptions.properties));
  assert.ok("url" in document.components.schemas.TakeOptions.properties);
});

test("a native route names the secret key among its credentials and the challenge among its answers", () => {
  for (const [path, operations] of Object.entries(document.paths).filter(([path]) =>
    path.startsWith("/v1/jobs"),
  ))
    for (const method of ["get", "post", "delete"].filter((name) => name in operations)) {
      const { security, responses } = operations[method] as unknown as {
        security: object[];
        responses: Record<string, { headers?: object }>;
      };
      assert.ok(
        security.some((one) => "secretKey" in one),
        `${method} ${path}`,
      );
      assert.ok("WWW-Authenticate" in (responses["401"]?.headers ?? {}), `${method} ${path}`);
    }
});

test("the version of the lists for blocking is that of the worker's metric", () => {
  const { info } = createOpenAPI("https://stills.example") as { info: Record<string, unknown> };
  const { name: source, version } = blockingListsPackage;
  assert.deepEqual(info["x-stills-blocking-lists"], { source, version });
});
