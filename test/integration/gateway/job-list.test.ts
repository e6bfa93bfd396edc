import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../../support/eventually.ts";
import { GatewayProcess } from "../../support/installation/gateway-process.ts";
import { Installation } from "../../support/installation/installation.ts";
import type { RunningController } from "../../support/installation/running-controller.ts";
import { takePicture, type StubWorker } from "../../support/installation/stub-worker.ts";
import { bearerOf, createAccount } from "./callers.ts";

/** `GET /v1/jobs` with filters. */

let world: Installation;
let controller: RunningController;
let worker: StubWorker;
let gateway: GatewayProcess;
/** What the jobs are called here → their names. */
const jobs = new Map<string, string>();
/** After the first two jobs, and not after the others. */
let between: string;

before(async () => {
  world = await Installation.start({ pools: ["default", "slow"] });
  controller = world.startController();
  worker = await world.startWorker({
    behave: async (request, by) => {
      const { url = "" } = request.capture;
      if (url.includes("/refused"))
        return { kind: "Failed", reason: "HostReturnedError", message: "The host said no" };
      return await takePicture(request, by);
    },
  });
  gateway = await GatewayProcess.start(world);
  await createAccount(world, [gateway], "shop");
  // No worker serves its pool, so its jobs wait.
  await createAccount(world, [gateway], "patient", { poolName: "slow" });
  await makeJobs();
});

after(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await worker?.[Symbol.asyncDispose]();
  await controller?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

async function makeJobs(): Promise<void> {
  await make("home", { url: "https://example.com/", external_identifier: "order1" });
  await make("refused", { url: "https://example.com:8443/refused" });
  between = await nextSecond(jobs.get("refused") ?? "");
  await make("blog", { url: "https://blog.example.com/", external_identifier: "order2" });
  await make("text", { html: "<p>Hi</p>" });
  await make("waiting", { url: "https://example.com/" }, "patient");
  for (const [what, name] of jobs) if (what !== "waiting") await world.untilFinished(name);
}

/** The second after that in which the job was created, once it has come: times of creation have no fractions. */
async function nextSecond(name: string): Promise<string> {
  const created = (await world.job(name))?.metadata.creationTimestamp ?? "";
  const next = Date.parse(created) + 1_000;
  await eventually("the next second has come", () => Date.now() >= next);
  return new Date(next).toISOString();
}

async function make(
  what: string,
  options: Record<string, string>,
  account = "shop",
): Promise<void> {
  const query = new URLSearchParams({ access_key: account, async: "true", ...options });
  const answer = await fetch(`${gateway.url}/take?${query.toString()}`);
  assert.equal(answer.status, 201, await answer.text());
  jobs.set(what, answer.headers.get("location")?.replace("/v1/jobs/", "") ?? "");
}

interface Page {
  status: number;
  jobs: Record<string, unknown>[];
  continue?: string;
  code?: string;
  detail?: string;
}

async function page(query: string, account = "shop"): Promise<Page> {
  const answer = await fetch(`${gateway.url}/v1/jobs?${query}`, { headers: bearerOf(account) });
  return { jobs: [], ...((await answer.json()) as object), status: answer.status };
}

/** What the jobs of all pages are called here. */
async function list(query: string, account?: string): Promise<string[]> {
  const found: string[] = [];
  for (let next = ""; ;) {
    const answer = await page(`${query}${next}`, account);
    assert.equal(answer.status, 200, JSON.stringify(answer));
    for (const { name } of answer.jobs)
      found.push([...jobs].find(([, known]) => known === name)?.[0] ?? String(name));
    if (answer.continue === undefined) return found.toSorted();
    next = `&continue=${encodeURIComponent(answer.continue)}`;
  }
}

test("each filter selects, and all together", async () => {
  const since = `since=${between}`;
  const cases: [query: string, expected: string[]][] = [
    ["", ["blog", "home", "refused", "text"]],
    ["state=succeeded", ["blog", "home", "text"]],
    ["state=failed", ["refused"]],
    ["state=unfinished", []],
    ["state=failed&state=succeeded", ["blog", "home", "refused", "text"]],
    ["reason=HostReturnedError", ["refused"]],
    ["external_identifier=order2", ["blog"]],
    ["host=example.com", ["home", "refused"]],
    ["host=*.example.com", ["blog"]],
    ["host=example.com&host=*.example.com&state=succeeded", ["blog", "home"]],
    [since, ["blog", "text"]],
    [`until=${between}`, ["home", "refused"]],
    [`${since}&host=example.com`, []],
    ["pool=default", ["blog", "home", "refused", "text"]],
    ["pool=slow", []],
  ];
  for (const [query, expected] of cases) assert.deepEqual(await list(query), expected, query);
  assert.deepEqual(await list("pool=slow&state=unfinished", "patient"), ["waiting"]);
});

test("a list comes in pages of the length asked for, with a filter, too", async () => {
  const { jobs: first, continue: next } = await page("limit=1");
  assert.equal(first.length, 1);
  assert.ok(next);
  assert.deepEqual(await list("limit=1"), ["blog", "home", "refused", "text"]);
  assert.deepEqual(await list("limit=1&state=succeeded"), ["blog", "home", "text"]);
});

test("a job says what the filters go by", async () => {
  const { jobs: found } = await page("external_identifier=order1");
  const { url, pool, externalIdentifier, reason, succeeded } = found[0] ?? {};
  assert.deepEqual(
    { url, pool, externalIdentifier, reason, succeeded },
    {
      ...{ url: "https://example.com/", pool: "default", externalIdentifier: "order1" },
      ...{ reason: "Captured", succeeded: "True" },
    },
  );
});

test("a wrong filter is refused by name with what is allowed, as a problem document", async () => {
  for (const [query, detail] of [
    ["state=done", /"state\[0\]" must be one of \[unfinished, succeeded, failed\]/],
    ["phase=failed", /"phase" is not allowed, only state, reason, /],
    ["host=https://example.com/", /"host" must be a host name/],
    [
      "limit=1000&since=yesterday",
      /"since" must be a time.*"limit" must be less than or equal to 200/,
    ],
  ] as const) {
    const answer = await page(query);
    assert.deepEqual([answer.status, answer.code], [400, "request_not_valid"]);
    assert.match(answer.detail ?? "", detail);
  }
});
