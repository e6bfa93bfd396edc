import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalIn } from "./egress-refusal.ts";

const mark = "0123456789abcdef";

function answer(status: number, header: string, body = ""): Buffer {
  return Buffer.from(`HTTP/1.1 ${status} Said\r\nA: b\r\n${header}\r\nC: d\r\n\r\n${body}`);
}

test("a refusal with the connection's mark is the egress proxy's word", () => {
  const header = `X-Stills-Refused: ${mark} TargetNotAllowed 10.0.0.1:80`;
  const body = JSON.stringify({ reason: "TargetNotAllowed", message: "not there, schön" });

  assert.deepEqual(refusalIn(answer(403, header, body), mark), {
    target: "10.0.0.1:80",
    refusal: { reason: "TargetNotAllowed", message: "not there, schön" },
  });
  assert.match(refusalIn(answer(403, header), mark)?.refusal.message ?? "", /may not be visited/);
});

test("nobody else can say so", () => {
  const withMark = (text: string) => answer(403, `X-Stills-Refused: ${text} ConnectionFailed a:80`);
  assert.equal(refusalIn(withMark("another-mark-of-somebody"), mark), undefined);
  assert.equal(refusalIn(withMark(""), mark), undefined);
  assert.equal(
    refusalIn(answer(200, `X-Stills-Refused: ${mark} ConnectionFailed a:80`), mark),
    undefined,
  );
  assert.equal(refusalIn(answer(403, `X-Stills-Refused: ${mark} Nonsense a:80`), mark), undefined);
  const inBody = answer(403, "B: c", `\r\nX-Stills-Refused: ${mark} ConnectionFailed a:80\r\n`);
  assert.equal(refusalIn(inBody, mark), undefined);
});
