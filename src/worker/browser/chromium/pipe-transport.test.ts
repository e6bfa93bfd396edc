import assert from "node:assert/strict";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { PipeTransport } from "./pipe-transport.ts";

function pipes(): { toBrowser: PassThrough; fromBrowser: PassThrough; transport: PipeTransport } {
  const [toBrowser, fromBrowser] = [new PassThrough(), new PassThrough()];
  return { toBrowser, fromBrowser, transport: new PipeTransport(toBrowser, fromBrowser) };
}

test("messages are handed on one by one, however they are cut", async () => {
  const { fromBrowser, transport } = pipes();
  const heard: string[] = [];
  const both = Promise.withResolvers<void>();
  transport.onmessage = (message) => {
    if (heard.push(message) === 2) both.resolve();
  };
  for (const piece of ['{"a"', ":1}\0{", '"b":2}\0']) fromBrowser.write(piece);
  await both.promise;
  assert.deepEqual(heard, ['{"a":1}', '{"b":2}']);
});

for (const [what, fails] of [
  ["throws", () => JSON.parse("x")],
  ["rejects", async () => JSON.parse("x")],
] as const)
  test(`a message whose handler ${what} ends the browser, not the worker`, async () => {
    const { toBrowser, fromBrowser, transport } = pipes();
    transport.onmessage = (): unknown => fails();
    const closed = once(fromBrowser, "close");
    fromBrowser.write("x\0");
    await closed;
    assert.ok(toBrowser.destroyed);
    await once(transport.pipeClosed, "abort");
  });
