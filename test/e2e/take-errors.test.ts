import assert from "node:assert/strict";
import { readFile, rename, symlink, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { signLink } from "../../src/gateway/take/signed-link.ts";
import { generateSealingKeys } from "../../src/platform/sealing/sealing-keys.ts";
import { eventually } from "../support/eventually.ts";
import { HeldPages } from "../support/held-pages.ts";
import { endedJob, jobList, jobNames, newJobNames } from "../support/job-reader.ts";
import { LocalStills, type LocalCoordinates } from "../support/local-stills.ts";
import { startSite, type Site } from "../support/site/serve.ts";
import { TakeCaller } from "../support/take-caller.ts";

/** Error codes of `/take` that take some arranging: accounts with limits, a store without its bucket, no API server. */

const address = "127.0.53.13";
const accountsNamespace = "stills-accounts";
let stills: LocalStills;
let at: LocalCoordinates;
let site: Site;
let held: HeldPages;
let caller: TakeCaller;

before(async () => {
  site = await startSite({ host: address });
  held = await HeldPages.start(address);
  stills = await LocalStills.start({ env: { STILLS_EGRESS_ALLOW_CIDRS: `${address}/32` } });
  at = await stills.coordinates();
  caller = new TakeCaller(at);
});

after(async () => {
  await stills?.stop();
  await site?.close();
  await held?.stop();
});

/** An account with a key of its own, once the gateway knows it. */
async function accountWith(name: string, spec: Record<string, unknown>): Promise<TakeCaller> {
  const metadata = { namespace: accountsNamespace, name };
  const stringData = { accessKey: `${name}-key`, secretKey: `${name}-secret` };
  await stills.apply(JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata, stringData }));
  await stills.apply(
    JSON.stringify({
      ...{ apiVersion: "stills.dev/v1alpha1", kind: "Account", metadata },
      spec: { namespace: at.namespace, credentialsSecretRef: { name }, ...spec },
    }),
  );
  const its = new TakeCaller({ gatewayURL: at.gatewayURL, accessKey: `${name}-key` });
  await eventually(`the gateway knows ${name}`, async () => {
    const { code } = await its.error({});
    return code !== "access_key_invalid";
  });
  return its;
}

/** Changes the account of a caller, and waits for the gateway to refuse it. */
async function refusedWith(spec: object, name: string, caller: TakeCaller) {
  await stills.kubectl(
    ...["patch", "account", name, "-n", accountsNamespace, "--type", "merge"],
    ...["-p", JSON.stringify({ spec })],
  );
  return await eventually(`the gateway refuses ${name}`, async () => {
    const error = await caller.error({});
    return error.code === "access_key_invalid" ? error : undefined;
  });
}

const page = (): string => `${site.url}/blank`;

test("an account that requires signatures, one that is suspended, and what they leave behind: nothing", async () => {
  const strict = await accountWith("strict", { requireSignature: true });
  const suspended = await accountWith("paused", { suspended: false });
  const jobs = await jobNames(stills, at.namespace);
  const unsigned = await strict.error({ url: page() });
  assert.deepEqual([unsigned.code, unsigned.status], ["signature_is_required", 400]);
  assert.match(unsigned.message, /append `signature`/);
  const refused = await refusedWith({ suspended: true }, "paused", suspended);
  assert.equal(refused.message, "The account is suspended");
  assert.deepEqual(await newJobNames(stills, at.namespace, jobs), []);

  const query = `access_key=strict-key&url=${encodeURIComponent(page())}`;
  const signed = await fetch(
    `${at.gatewayURL}/take?${query}&signature=${signLink(query, "strict-secret")}`,
  );
  assert.equal(signed.status, 200);
  await signed.arrayBuffer();
});

test("an account with a target that means nothing is refused rather than let past it", async () => {
  const bounded = await accountWith("bounded", { suspended: false });
  const refused = await refusedWith({ targets: { deny: ["10.0.0.1/8"] } }, "bounded", bounded);
  assert.match(
    refused.message,
    /`targets\.deny` has '10\.0\.0\.1\/8', which is neither a host name/,
  );
  const condition = await stills.kubectl(
    ...["wait", "account/bounded", "-n", accountsNamespace, "--timeout=60s"],
    "--for=jsonpath={.status.conditions[?(@.type=='Ready')].reason}=TargetsInvalid",
  );
  assert.match(condition, /condition met/);
});

test("an account at its limit of one request per minute learns when the next minute begins", async () => {
  const slow = await accountWith("slow", { limits: { requestsPerMinute: 1 } });
  // Three calls are within two minutes at most.
  const answers = await Promise.all([1, 2, 3].map(() => slow.take({ url: page() })));
  const bodies = await Promise.all(answers.map((answer) => answer.text()));
  const refused = answers.findIndex(({ status }) => status === 400);
  assert.ok(refused >= 0, bodies.map((body) => body.slice(0, 200)).join());
  assert.match(
    bodies[refused] ?? "",
    /"concurrency_limit_reached".*Limit of 1 request per minute reached/,
  );
  assert.ok(Number(answers[refused]?.headers.get("retry-after")) >= 1);
});

test("an account is told that it has used up its month, or has as many unfinished jobs as it may", async () => {
  const small = await accountWith("small", { limits: { requestsPerMonth: 2 } });
  await small.bytes({ url: page() });
  await small.bytes({ url: page() });
  const jobs = await jobNames(stills, at.namespace);
  const answer = await small.take({ url: page() });
  assert.match(
    await answer.text(),
    /"screenshots_limit_reached".*Monthly limit of 2 requests reached; it resets on the 1st \(UTC\)/,
  );
  assert.equal(answer.status, 400);
  assert.ok(Number(answer.headers.get("retry-after")) >= 1);
  assert.deepEqual(await newJobNames(stills, at.namespace, jobs), []);

  const narrow = await accountWith("narrow", { limits: { concurrentJobs: 1 } });
  // One after the other is never too many: each picture is answered before its job's end is written.
  for (let count = 0; count < 3; count += 1) await narrow.bytes({ url: page() });
  held.holdAll();
  const running = narrow.bytes({ url: `http://${address}:${held.port}/running` });
  await eventually("the page is being captured", () => held.open > 0);
  const refused = await narrow.error({ url: page() });
  assert.deepEqual([refused.code, refused.status], ["concurrency_limit_reached", 400]);
  assert.match(refused.message, /^Limit of 1 unfinished job reached/);
  held.allow(1);
  await running;
});

test("a picture that its format cannot hold", async () => {
  const error = await caller.error({
    ...{ url: `${site.url}/tall?height=70000`, format: "jpg", viewport_width: 100 },
    ...{ full_page: true, full_page_scroll: false },
  });
  assert.deepEqual([error.code, error.status], ["resulting_image_too_large", 400]);
  assert.match(error.message, /JPEG holds at most 65535 pixels/);
});

test("a call whose job is cancelled is answered as aborted", async () => {
  held.holdAll();
  const answer = caller.error({ url: `http://${address}:${held.port}/aborted` });
  await eventually("the page is being captured", () => held.open > 0);
  const { jobs } = (await caller.read("/v1/jobs")) as {
    jobs: { name: string; succeeded: string }[];
  };
  // The newest: a picture is answered before the status of its job is written, so the call before may seem to run.
  const running = jobs.findLast(({ succeeded }) => succeeded === "Unknown");
  const cancelled = await fetch(`${at.gatewayURL}/v1/jobs/${running?.name}`, {
    method: "DELETE",
    headers: { "x-access-key": at.accessKey },
  });
  assert.equal(cancelled.status, 202);
  const { code, status } = await answer;
  assert.deepEqual([code, status], ["request_aborted", 500]);
});

test("a bucket that does not exist is named; then it is known, and no job is made", async () => {
  const bucket = join(stills.directory, "objects", "objects", at.objects.bucket);
  await rename(bucket, `${bucket}-away`);
  const refuse = async (): Promise<void> => {
    const error = await caller.error({
      ...{ url: page(), store: true, storage_path: "nowhere", response_type: "json" },
    });
    assert.deepEqual([error.code, error.status], ["invalid_storage_configuration", 400]);
    assert.equal(error.message, "The bucket 'stills' does not exist; its operator must create it");
  };
  try {
    // Whoever is first meets it with a job; then it is known.
    await refuse();
    await eventually("nothing is made any more", async () => {
      const jobs = await jobNames(stills, at.namespace);
      await refuse();
      return (await newJobNames(stills, at.namespace, jobs)).length === 0;
    });
  } finally {
    await rename(`${bucket}-away`, bucket);
  }
  const stored = { url: page(), store: true, storage_path: "somewhere" };
  await eventually("calls are taken again", async () => {
    const answer = await caller.take(stored);
    await answer.arrayBuffer();
    return answer.status === 200;
  });
});

test("a bucket of the caller's choice without keys is refused by the option's name, and no job is made", async () => {
  const jobs = await jobNames(stills, at.namespace);
  const error = await caller.error({
    ...{ url: page(), store: true, storage_path: "mine", storage_bucket: "no-such-bucket" },
  });
  assert.deepEqual([error.code, error.status], ["invalid_storage_configuration", 400]);
  assert.match(error.message, /"storage_bucket" names another bucket than the account's: give/);
  assert.deepEqual(await newJobNames(stills, at.namespace, jobs), []);
});

test("a store that fails, and goes on failing, is told as a passing trouble", async () => {
  const options = { url: page(), store: true, storage_path: "e2e/read-again" };
  const headers = { "idempotency-key": "read-again" };
  const first = await caller.take(options, { headers });
  assert.equal(first.status, 200, await first.text());
  // What is read through a link that leads to itself is an error of the file system: the S3 server answers 5xx.
  const artifacts = join(stills.directory, "objects", "objects", at.objects.bucket, "artifacts");
  await rename(artifacts, `${artifacts}-away`);
  await symlink("artifacts", artifacts);
  try {
    const again = await caller.take(options, { headers });
    const body = (await again.json()) as Record<string, string>;
    assert.deepEqual([body["error_code"], again.status], ["storage_returned_transient_error", 400]);
    assert.equal(again.headers.get("x-stills-reason"), "StorageUnavailable");
    assert.match(body["error_message"] ?? "", /^The object store could not read the object: it/);
  } finally {
    await unlink(artifacts);
    await rename(`${artifacts}-away`, artifacts);
  }
  assert.equal((await caller.take(options, { headers })).status, 200);
});

test("a page that does not load is told at once, after one render", async () => {
  const path = "/hostile/never?told-at-once";
  const error = await caller.error({
    ...{ url: `${site.url}${path}`, navigation_timeout: 5, timeout: 60 },
  });
  assert.deepEqual([error.code, error.status], ["timeout_error", 500]);
  assert.match(error.message, /did not answer within `navigation_timeout` \(5\)/);
  assert.deepEqual(
    site.visited.filter((visited) => visited === path),
    [path],
  );
});

test("a browser that crashes is tried again, and the last crash is what the job ends with", async () => {
  const path = "/hostile/memory?tried-again";
  const spec = {
    ...{ url: `${site.url}${path}`, backoffLimit: 1, activeDeadlineSeconds: 600 },
    ...{ captureTimeoutSeconds: 120, navigationTimeoutSeconds: 120 },
  };
  await stills.apply(jobList(at.namespace, { crashing: spec }));
  const { job, condition } = await endedJob(stills, { ...at, name: "crashing" });
  assert.equal(condition.reason, "BrowserFailed");
  assert.equal(job.status?.attempts, 2);
  assert.equal(job.status?.lastFailure?.reason, "BrowserFailed");
  assert.deepEqual(
    site.visited.filter((visited) => visited === path),
    [path, path],
  );
});

test("what nobody expected is told as an internal error: a right of the gateway is missing", async () => {
  const role = ["clusterrole", "stills-gateway"];
  const rules = await stills.kubectl("get", ...role, "-o", "jsonpath={.rules}");
  const patch = (value: string): Promise<string> =>
    stills.kubectl("patch", ...role, "--type", "merge", "-p", `{"rules":${value}}`);
  await patch(rules.replace('"create",', ""));
  try {
    const error = await eventually("the right is gone", async () => {
      const answered = await caller.take({ url: page() });
      const body = await answered.text();
      return answered.status === 500 ? body : undefined;
    });
    assert.match(error, /"internal_application_error","error_message":"Internal error of Stills/);
    assert.doesNotMatch(error, /forbidden|stills-gateway/);
  } finally {
    await patch(rules);
  }
  await eventually("the right is back", async () => {
    const answered = await caller.take({ url: page() });
    await answered.arrayBuffer();
    return answered.status === 200;
  });
});

test("secrets sealed to a key that the controller does not have end as an internal error", async () => {
  const file = join(stills.directory, "secrets", "sealing-public-key.pem");
  const key = await readFile(file);
  await writeFile(file, generateSealingKeys().publicKeyPEM);
  await restartGateway();
  try {
    const answered = await caller.take({ url: page(), cookies: "a=b; Domain=example.com" });
    assert.equal(answered.status, 500);
    assert.equal(answered.headers.get("x-stills-reason"), "SealInvalid");
    assert.match(await answered.text(), /"internal_application_error"/);
  } finally {
    await writeFile(file, key);
    await restartGateway();
  }
});

async function restartGateway(): Promise<void> {
  const [pid] = (await stills.coordinates()).pids["gateway"] ?? [];
  assert.ok(pid !== undefined);
  await stills.killAndAwaitReplacement("gateway", pid);
  await eventually("the gateway takes calls", async () => (await caller.error({})).code !== "");
}

/** Gives the controllers another key for the store, which only new processes read. */
async function useStoreKey(key: string): Promise<void> {
  await writeFile(join(stills.directory, "secrets", "store-secret-access-key"), key);
  const pids = (await stills.coordinates()).pids["controller"] ?? [];
  assert.ok(pids.length > 0);
  for (const pid of pids) await stills.killAndAwaitReplacement("controller", pid);
}

test("a key that the store does not take is told as denied", async () => {
  await useStoreKey("not-the-key-of-this-store");
  try {
    const error = await caller.error({
      ...{ url: page(), store: true, storage_path: "denied", response_type: "json" },
    });
    assert.deepEqual([error.code, error.status], ["storage_access_denied", 400]);
    // It is the worker that meets the store first, with a ticket that is signed with the wrong key.
    assert.match(error.message, /^The object store could not take the picture: it answered 403/);
  } finally {
    await useStoreKey(at.objects.secretAccessKey);
  }
  await caller.bytes({ url: page(), store: true, storage_path: "allowed" });
});

test("without an API server for longer than a call waits, it is asked to come back", async () => {
  const { answer, body } = await whileDead("kube-apiserver", async () => {
    const refused = await caller.take({ url: page() });
    return { answer: refused, body: await refused.text() };
  });
  assert.equal(answer.status, 503, body);
  assert.match(body, /"temporary_unavailable"/);
  assert.ok(Number(answer.headers.get("retry-after")) >= 1);
  await eventually("calls are answered again", async () => {
    const again = await caller.take({ url: page() });
    await again.arrayBuffer();
    return again.status === 200;
  });
});

/** Kills a part, and holds the process that would start it again until the work is done. */
async function whileDead<T>(part: string, work: () => Promise<T>): Promise<T> {
  const [pid] = (await stills.coordinates()).pids[part] ?? [];
  assert.ok(pid !== undefined);
  const [, parent] = /^PPid:\s*(\d+)$/m.exec(await readFile(`/proc/${pid}/status`, "utf8")) ?? [];
  const supervisor = Number(parent);
  assert.ok(supervisor > 1);
  process.kill(supervisor, "SIGSTOP");
  try {
    process.kill(pid, "SIGKILL");
    return await work();
  } finally {
    process.kill(supervisor, "SIGCONT");
  }
}

test("what fails is told in options of the call, with the values that they take", async () => {
  const url = `${site.url}/shop`;
  const cases: [Record<string, string | number | boolean>, RegExp][] = [
    [
      { url, selector: "#none", error_on_selector_not_found: true, timeout: 12 },
      /matched `selector` "#none" within \d+ s; .* set `error_on_selector_not_found` to false/,
    ],
    [
      { url, scroll_into_view: "#none", error_on_selector_not_found: true, timeout: 12 },
      /matched `scroll_into_view` "#none"; .* set `error_on_selector_not_found` to false/,
    ],
    [
      { url, click: "#none", timeout: 12 },
      /matched `click` "#none"; .* set `error_on_click_selector_not_found` to false/,
    ],
    [{ url, wait_for_selector: "#none", timeout: 6 }, /matched `wait_for_selector` "#none"/],
    [
      { url: `${site.url}/hostile/status?status=404` },
      /HTTP status 404; set `ignore_host_errors` to true/,
    ],
    [{ url, hide_selectors: "a[" }, /in `hide_selectors` is not a valid CSS selector/],
    [{ url, fail_if_content_missing: "no such text" }, /which `fail_if_content_missing` names/],
  ];
  for (const [options, sentence] of cases)
    assert.match((await caller.error(options)).message, sentence, JSON.stringify(options));
});
