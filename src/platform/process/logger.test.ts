import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogger } from "./logger.ts";

function capturingLogger() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { lines, log: createLogger({ component: "worker", level: "info", destination }) };
}

test("a line is one JSON object with component, level by name and a constant message", () => {
  const { lines, log } = capturingLogger();
  log.info({ attempt: 2 }, "Captured page");
  log.debug("Not shown");
  assert.equal(lines.length, 1);
  const line = JSON.parse(lines[0]!) as Record<string, unknown>;
  assert.equal(line["component"], "worker");
  assert.equal(line["level"], "info");
  assert.equal(line["message"], "Captured page");
  assert.equal(line["attempt"], 2);
  assert.ok(!Number.isNaN(Date.parse(String(line["time"]))));
});

test("secrets are redacted at the top and one level down", () => {
  const { lines, log } = capturingLogger();
  log.info(
    { token: "hunter2", request: { password: "hunter2", headers: { authorization: "hunter2" } } },
    "Got request",
  );
  assert.ok(!lines[0]!.includes("hunter2"));
  assert.ok(lines[0]!.includes("(redacted)"));
});

test("an error shows reason, code and causes, and nothing else it carries", () => {
  const { lines, log } = capturingLogger();
  const cause = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
  const error = Object.assign(new Error("no answer", { cause }), {
    reason: "ConnectionFailed",
    request: { url: "https://store/?X-Amz-Signature=hunter2" },
  });
  log.error({ err: error }, "Could not store picture");
  const { err } = JSON.parse(lines[0]!) as { err: Record<string, unknown> };
  assert.equal(err["reason"], "ConnectionFailed");
  assert.equal((err["cause"] as Record<string, unknown>)["code"], "ECONNREFUSED");
  assert.ok(!lines[0]!.includes("hunter2"));
});
