import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { takeErrorCatalogue, type TakeErrorCode } from "../../../src/api/reasons/take-errors.ts";
import { errorRows } from "./rows.ts";
import { Stage } from "./stage.ts";

/** Every `error_code` of `/take`, by a call that provokes it beside one that does not. */

let stage: Stage;

before(async () => {
  stage = await Stage.open();
});

after(async () => {
  await stage?.[Symbol.asyncDispose]();
});

for (const code of Object.keys(takeErrorCatalogue) as TakeErrorCode[])
  test(`${code}, and a call without it`, async () => {
    const { beside, provoking } = errorRows[code];
    const taken = await beside(stage);
    assert.equal(
      taken.status,
      200,
      Buffer.from(await taken.arrayBuffer())
        .toString()
        .slice(0, 500),
    );

    const refused = await provoking(stage);
    const body = (await refused.json()) as Record<string, string>;
    assert.equal(body["error_code"], code, JSON.stringify(body));
    assert.equal(refused.status, takeErrorCatalogue[code].status);
    assert.match(refused.headers.get("content-type") ?? "", /^application\/json/);
    assert.equal(body["is_successful"], false);
    assert.match(body["error_message"] ?? "", /^\S.{15,}/);
    const documentation = await fetch(body["documentation_url"] ?? "");
    assert.equal(documentation.status, 200);
    assert.match(await documentation.text(), new RegExp(code));
  });
