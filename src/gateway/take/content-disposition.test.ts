import assert from "node:assert/strict";
import { test } from "node:test";
import { contentDisposition } from "./content-disposition.ts";

test("a name is quoted, and one beyond ASCII is given in both forms", () => {
  const cases: [name: string, expected: string][] = [
    ["report", 'attachment; filename="report.png"'],
    ["my report (1)", 'attachment; filename="my report (1).png"'],
    ["a/../b\\c", 'attachment; filename="a_.._b_c.png"'],
    ["a\r\nX-Header: b", 'attachment; filename="a__X-Header: b.png"'],
    [
      'say "Grüße*"',
      `attachment; filename="say _Gr__e*_.png"; filename*=UTF-8''say%20%22Gr%C3%BC%C3%9Fe%2A%22.png`,
    ],
    ["half \ud800", `attachment; filename="half _.png"; filename*=UTF-8''half%20%EF%BF%BD.png`],
  ];
  for (const [name, expected] of cases) assert.equal(contentDisposition(name, "png"), expected);
});
