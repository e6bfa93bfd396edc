import assert from "node:assert/strict";
import { connect } from "node:net";
import { buffer } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { takeErrorCatalogue } from "../../../src/api/reasons/take-errors.ts";
import { GatewayProcess } from "../../support/installation/gateway-process.ts";
import { Installation, tenant } from "../../support/installation/installation.ts";
import { createAccount } from "./callers.ts";
import { createRandom, RandomCalls, type RandomCall } from "./random-calls.ts";

/**
 * Random options, encodings and bytes against a gateway and an API server. `STILLS_TEST_SEED` repeats the calls of a run that failed.
 */

const callCount = 400;
const callsAtATime = 4;

let world: Installation;
let gateway: GatewayProcess;

before(async () => {
  world = await Installation.start();
  gateway = await GatewayProcess.start(world);
  await createAccount(world, [gateway], "shop");
});

after(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

interface Answer {
  status: number;
  location: string | undefined;
  body: string;
}

async function send({ bytes }: RandomCall): Promise<Answer> {
  const { hostname, port } = new URL(gateway.url);
  const socket = connect(Number(port), hostname);
  socket.setTimeout(60_000, () => socket.destroy(new Error("no answer came")));
  socket.write(bytes);
  const text = (await buffer(socket)).toString("utf8");
  const [head = "", body = ""] = text.split(/\r\n\r\n([^]*)/);
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]),
    location: /^location: (.*)$/im.exec(head)?.[1],
    body,
  };
}

function assertRefusal({ method }: RandomCall, { status, body }: Answer): void {
  assert.ok(status < 500, body);
  if (method === "HEAD") return;
  const error = JSON.parse(body) as Record<string, string>;
  const { error_code: code = "", error_message: message = "" } = error;
  assert.equal(takeErrorCatalogue[code as keyof typeof takeErrorCatalogue]?.status, status, body);
  assert.doesNotMatch(message, /\bat .*:\d+:\d+|node:internal|[A-Z][a-z]+Error\b|\bspec\b/);
}

test("no call of random options, encodings and bytes breaks the gateway, and a refused one creates nothing", async (t) => {
  const seed = Number(process.env["STILLS_TEST_SEED"] ?? Date.now() % 2 ** 31);
  t.diagnostic(`seed ${seed}`);
  const calls = new RandomCalls(createRandom(seed), "shop");
  const accepted = new Set<string>();
  let refusals = 0;
  const callInTurn = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) {
      const call = calls.next();
      const answer = await send(call);
      try {
        if (answer.status === 201) accepted.add(answer.location?.split("/").at(-1) ?? "");
        else {
          refusals += 1;
          assertRefusal(call, answer);
        }
      } catch (error) {
        const shown = call.bytes.toString("latin1").slice(0, 3000);
        throw new Error(`seed ${seed}: ${answer.status} ${answer.body}\n${shown}`, {
          cause: error,
        });
      }
    }
  };
  await Promise.all(
    Array.from({ length: callsAtATime }, () => callInTurn(callCount / callsAtATime)),
  );
  t.diagnostic(`${accepted.size} calls were accepted, ${refusals} refused`);
  assert.ok(accepted.size >= 20 && refusals >= 20);
  const { items } = await world.jobs.list({ namespace: tenant });
  assert.deepEqual(items.map(({ metadata }) => metadata.name).toSorted(), [...accepted].toSorted());
  assert.equal((await fetch(`${gateway.url}/docs/errors`)).status, 200);
});
