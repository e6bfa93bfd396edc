import assert from "node:assert/strict";
import { test } from "node:test";
import { explainLog } from "./role-log.ts";

test("a role's end is explained by its last error and its causes, each said once", () => {
  const log = [
    { level: "info", message: "Serving probes and metrics" },
    {
      level: "error",
      message: "Stopped on a failure",
      err: {
        message: "browser did not start: no program",
        cause: { message: "no program", cause: { message: "ENOENT" } },
      },
    },
    { level: "info", message: "Stopping" },
  ];
  assert.equal(
    explainLog(log.map((line) => JSON.stringify(line)).join("\n")),
    "browser did not start: no program: ENOENT",
  );
});

test("what a role prints about its settings explains its end", () => {
  const sentence = 'A setting is not valid: STILLS_SLOTS is "0"';
  assert.equal(explainLog(`{"level":"info","message":"Stopping"}\n${sentence}`), sentence);
});
