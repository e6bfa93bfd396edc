import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import type { Reason } from "../../src/api/reasons/reasons.ts";
import { findFreePort } from "../../src/local/servers/free-port.ts";
import { eventually } from "../support/eventually.ts";
import { endedJob, jobList } from "../support/job-reader.ts";
import { StillsTenant } from "../support/shared-servers/stills-tenant.ts";
import { startSite, type Site } from "../support/site/serve.ts";

/*
 * Bad input, given as a user gives it. Whoever refuses, the API server at once or the job's condition later, names the
 * thing, the limit and what to do, in a sentence that is repeated by an Event.
 */
const siteAddress = "127.0.53.10";
const namespace = "refusals";
const operatorNamespace = "stills-system";

/** Refused by the API server: nothing is stored. */
const refusedAtOnce: { title: string; spec: Record<string, unknown>; sentences: string[] }[] = [
  {
    title: "an unknown field",
    spec: { url: "https://example.com/", fullpage: true },
    sentences: ['strict decoding error: unknown field "spec.fullpage"'],
  },
  {
    title: "two sources",
    spec: { url: "https://example.com/", html: "<p>" },
    sentences: [
      "spec: Invalid value: must have exactly one of `url`, `html`, `markdown` and `contentRef`",
    ],
  },
  {
    title: "a file of the machine",
    spec: { url: "file:///etc/passwd" },
    sentences: [
      "spec.url: Invalid value",
      "must be an absolute address that begins with 'https://' or 'http://', such as 'https://example.com/pricing'",
    ],
  },
  {
    title: "a path that leads out of its folder",
    spec: { url: "https://example.com/", storage: { path: "reports/../../secrets" } },
    sentences: [
      "spec.storage.path: Invalid value",
      "must not contain '.' or '..' as a part: write the full path from the bucket's root",
    ],
  },
  {
    title: "more time than there is",
    spec: { url: "https://example.com/", captureTimeoutSeconds: 601 },
    sentences: ["spec.captureTimeoutSeconds", "should be less than or equal to 600"],
  },
];

interface RefusedLater {
  title: string;
  spec: (address: { site: string; host: string; closedPort: number }) => Record<string, unknown>;
  reason: Reason;
  sentence: RegExp;
}

/** Refused by the controller, the egress proxy or the worker; by the job's name. */
const refusedLater: Readonly<Record<string, RefusedLater>> = {
  "private-address": {
    title: "a private address",
    spec: () => ({ url: "http://10.11.12.13/" }),
    reason: "TargetNotAllowed",
    sentence:
      /^The address of 10\.11\.12\.13 is not public, so it may not be visited; an operator can allow it with STILLS_EGRESS_ALLOW_CIDRS$/,
  },
  "private-address-tls": {
    title: "a private address, over TLS",
    spec: () => ({ url: "https://192.168.0.1/" }),
    reason: "TargetNotAllowed",
    sentence:
      /^The address of 192\.168\.0\.1 is not public, so it may not be visited; an operator can allow it with STILLS_EGRESS_ALLOW_CIDRS$/,
  },
  "internal-name": {
    title: "a name of the cluster, whether it exists or not",
    spec: () => ({ url: "https://no-such-service.default.svc/" }),
    reason: "TargetNotAllowed",
    sentence:
      /^The host name no-such-service\.default\.svc is internal, so it may not be visited; use a public name, or an address that an operator allows with STILLS_EGRESS_ALLOW_CIDRS$/,
  },
  "unknown-host": {
    title: "a host that does not exist",
    spec: () => ({ url: "http://no-such-host.test/" }),
    reason: "NameNotResolved",
    sentence: /^The host name .*no-such-host\.test.* does not exist; check its spelling$/,
  },
  "unknown-host-tls": {
    title: "a host that does not exist, over TLS",
    spec: () => ({ url: "https://no-such-host.test/" }),
    reason: "NameNotResolved",
    sentence: /^The host name .*no-such-host\.test.* does not exist; check its spelling$/,
  },
  "closed-port": {
    title: "a port on which nobody listens",
    spec: ({ host, closedPort }) => ({ url: `http://${host}:${closedPort}/`, backoffLimit: 0 }),
    reason: "ConnectionFailed",
    sentence:
      /^127\.0\.53\.10 refused the connection on port \d+; check the port and that the server is up$/,
  },
  "never-loads": {
    title: "a page that never loads",
    spec: ({ site }) => ({
      url: `${site}/hostile/never`,
      navigationTimeoutSeconds: 3,
      backoffLimit: 0,
    }),
    reason: "NavigationTimedOut",
    sentence: /did not answer within navigationTimeoutSeconds \(3\)/,
  },
  "missing-element": {
    title: "an element that is not there",
    spec: ({ site }) => ({
      url: `${site}/blank`,
      extent: "Element",
      element: { selector: "#pricing" },
      captureTimeoutSeconds: 30,
    }),
    reason: "SelectorNotFound",
    sentence:
      /^Nothing visible matched element\.selector "#pricing" within \d+ s; check the selector, or set element\.whenMissing to CaptureExtent/,
  },
  "missing-selector": {
    title: "a selector that never matches",
    spec: ({ site }) => ({
      url: `${site}/blank`,
      wait: { selector: ".ready" },
      captureTimeoutSeconds: 15,
    }),
    reason: "WaitTimedOut",
    sentence:
      /^Nothing matched wait\.selector "\.ready" within \d+ s; check the selector, or raise captureTimeoutSeconds \(now 15\)$/,
  },
  "no-selector": {
    title: "a selector that is not CSS",
    spec: ({ site }) => ({ url: `${site}/blank`, wait: { selector: "#1" } }),
    reason: "SelectorInvalid",
    sentence:
      /^"#1" in wait\.selector is not a valid CSS selector; try it with document\.querySelector in a browser's console$/,
  },
  "script-throws": {
    title: "a script that throws",
    spec: ({ site }) => ({ url: `${site}/blank`, scripts: ["1", "missing.click()"] }),
    reason: "ScriptFailed",
    sentence: /^scripts\[1\] threw: ReferenceError: missing is not defined/,
  },
  "not-found": {
    title: "a page that is not there",
    spec: ({ site }) => ({ url: `${site}/hostile/status/404` }),
    reason: "HostReturnedError",
    sentence:
      /^127\.0\.53\.10:\d+ answered with HTTP status 404; set hostErrors to Ignore to capture the page all the same$/,
  },
  download: {
    title: "a download",
    spec: ({ site }) => ({ url: `${site}/hostile/download` }),
    reason: "TargetNotAPage",
    sentence:
      /^`url` leads to a file to download, not to a page; give the address of a page that shows it$/,
  },
  "no-pool": {
    title: "a pool that does not exist",
    spec: ({ site }) => ({ url: `${site}/blank`, poolName: "fast" }),
    reason: "PoolNotFound",
    sentence: /^The BrowserPool 'fast' does not exist; create it or use another `poolName`$/,
  },
  "closed-pool": {
    title: "a pool that is for others",
    spec: ({ site }) => ({ url: `${site}/blank`, poolName: "others" }),
    reason: "NamespaceNotAllowed",
    sentence:
      /^The BrowserPool 'others' does not accept jobs of the namespace 'refusals'; use another `poolName` or add it to `allowedNamespaces`$/,
  },
  "own-bucket": {
    title: "a tenant's bucket with a Secret that is not there",
    spec: ({ site }) => ({
      url: `${site}/blank`,
      storage: { path: "a", bucket: "acme", credentialsSecretRef: { name: "acme" } },
    }),
    reason: "BucketInvalid",
    sentence:
      /^`storage\.credentialsSecretRef`: No Secret 'acme' may be used by jobs of the namespace 'refusals': create it with the label /,
  },
};

let site: Site;
let stills: StillsTenant;

before(async () => {
  site = await startSite({ host: siteAddress });
  stills = await StillsTenant.create(namespace);
  await stills.apply(closedPool());
  await stills.apply(jobList(namespace, await specsOfRefusedJobs()));
});

after(async () => {
  await stills?.[Symbol.asyncDispose]();
  await site?.close();
});

suite("what the API server refuses", () => {
  for (const { title, spec, sentences } of refusedAtOnce)
    test(title, async () => {
      const said = await stills.apply(aJob("refused", spec)).then(
        (accepted) => `Accepted: ${accepted}`,
        (thrown: Error) => thrown.message,
      );

      for (const sentence of sentences)
        assert.ok(said.includes(sentence), `${sentence}\n is not in\n${said}`);
      await assert.rejects(stills.kubectl("get", "shot", "refused", "-n", namespace), /NotFound/);
    });
});

suite("what the condition of a job refuses, and an Event with it", () => {
  for (const [name, { title, reason, sentence }] of Object.entries(refusedLater))
    test(`${reason}: ${title}`, async (t) => {
      const { job, condition } = await endedJob(stills, { namespace, name });
      t.diagnostic(condition.message);

      assert.equal(condition.status, "False");
      assert.equal(condition.reason, reason, condition.message);
      assert.match(condition.message, sentence);
      assert.equal(job.status?.location, undefined);
      assert.equal(job.status?.artifact, undefined);
      const [event] = await eventually("there is an Event", () => eventsOf(name));
      assert.deepEqual(event, { type: "Warning", reason, message: condition.message });
    });

  test("kubectl describe shows the reason and the sentence, twice: as condition and as Event", async () => {
    const { condition } = await endedJob(stills, { namespace, name: "no-pool" });
    await eventually("there is an Event", () => eventsOf("no-pool"));

    const said = await stills.kubectl("describe", "shot", "no-pool", "-n", namespace);

    assert.equal(said.split(condition.message).length - 1, 2, said);
    assert.match(said, /Reason:\s+PoolNotFound/);
    assert.match(said, /Warning\s+PoolNotFound/);
  });
});

function aJob(name: string, spec: Record<string, unknown>): string {
  const kind = { apiVersion: "stills.dev/v1alpha1", kind: "ScreenshotJob" };
  return JSON.stringify({ ...kind, metadata: { name, namespace }, spec });
}

async function specsOfRefusedJobs(): Promise<Record<string, Record<string, unknown>>> {
  const closedPort = await findFreePort();
  const address = { site: site.url, host: siteAddress, closedPort };
  return Object.fromEntries(
    Object.entries(refusedLater).map(([name, { spec }]) => [
      name,
      { activeDeadlineSeconds: 600, captureTimeoutSeconds: 120, ...spec(address) },
    ]),
  );
}

function closedPool(): string {
  return JSON.stringify({
    apiVersion: "stills.dev/v1alpha1",
    kind: "BrowserPool",
    metadata: { name: "others", namespace: operatorNamespace },
    spec: { allowedNamespaces: ["marketing"] },
  });
}

async function eventsOf(
  name: string,
): Promise<{ type: string; reason: string; message: string }[] | undefined> {
  const text = await stills.kubectl(
    ...["get", "events", "-n", namespace, "-o", "json"],
    ...["--field-selector", `involvedObject.kind=ScreenshotJob,involvedObject.name=${name}`],
  );
  const { items } = JSON.parse(text) as {
    items: { type: string; reason: string; message: string }[];
  };
  const events = items.map(({ type, reason, message }) => ({ type, reason, message }));
  return events.length > 0 ? events : undefined;
}
