import assert from "node:assert/strict";
import { test } from "node:test";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { annotations } from "../../api/settings/kubernetes-names.ts";
import { rawOptionsOfQuery } from "../take/raw-options.ts";
import { parseJobQuery } from "./job-filter.ts";

interface Facts {
  created?: string;
  url?: string;
  succeeded?: "True" | "False" | "Unknown";
  reason?: string;
  externalIdentifier?: string;
}

function aJob({ created, url, succeeded, reason, externalIdentifier }: Facts): ScreenshotJob {
  return {
    metadata: {
      creationTimestamp: created ?? "2026-11-30T12:00:00Z",
      annotations: externalIdentifier && { [annotations.externalIdentifier]: externalIdentifier },
    },
    spec: { url },
    status:
      succeeded === undefined
        ? undefined
        : { conditions: [{ type: "Succeeded", status: succeeded, reason, message: "" }] },
  } as unknown as ScreenshotJob;
}

function fits(query: string, facts: Facts): boolean {
  return parseJobQuery(rawOptionsOfQuery(query)).filter.matches(aJob(facts));
}

const captured: Facts = { succeeded: "True", reason: "Captured" };
const failed: Facts = { succeeded: "False", reason: "HostReturnedError" };
const running: Facts = { succeeded: "Unknown", reason: "Capturing" };

const cases: [query: string, facts: Facts, fits: boolean][] = [
  ["", {}, true],
  ["state=unfinished", {}, true],
  ["state=unfinished", running, true],
  ["state=unfinished", captured, false],
  ["state=succeeded", captured, true],
  ["state=succeeded", failed, false],
  ["state=failed&state=succeeded", failed, true],
  ["state=failed&state=succeeded", running, false],
  ["reason=HostReturnedError", failed, true],
  ["reason=HostReturnedError", captured, false],
  ["reason=Queued", {}, true],
  ["external_identifier=a1", { externalIdentifier: "a1" }, true],
  ["external_identifier=a1", { externalIdentifier: "a2" }, false],
  ["external_identifier=a1", {}, false],
  ["since=2026-11-30T12:00:00Z", {}, true],
  ["since=2026-11-30T12:00:01Z", {}, false],
  ["until=2026-11-30T12:00:00Z", {}, false],
  ["until=2026-11-30T14:00:01%2B02:00", {}, true],
  ["host=example.com", { url: "https://EXAMPLE.com:8443/a" }, true],
  ["host=example.com", { url: "https://www.example.com/" }, false],
  ["host=*.example.com", { url: "https://www.example.com/" }, true],
  ["host=example.org&host=10.0.0.0/8", { url: "http://10.1.2.3/" }, true],
  ["host=example.com", {}, false],
  ["state=failed&host=example.com", { ...failed, url: "https://example.com/" }, true],
  ["state=failed&host=example.com", { ...captured, url: "https://example.com/" }, false],
];
for (const [query, facts, expected] of cases)
  test(`${query === "" ? "no filter" : query} ${expected ? "fits" : "does not fit"} ${JSON.stringify(facts)}`, () =>
    assert.equal(fits(query, facts), expected));

const refused: [query: string, message: RegExp][] = [
  ["status=failed", /"status" is not allowed, only state, reason, external_identifier, since/],
  ["state=done", /"state\[0\]" must be one of \[unfinished, succeeded, failed\]/],
  ["reason=Whim", /"reason" must be a reason of a job, such as .*, not "Whim"/],
  ["external_identifier=a-b", /"external_identifier" must only contain alpha-numeric/],
  ["since=yesterday", /"since" must be a time with its zone/],
  ["since=2026-11-30T12:00:00", /"since" must be a time with its zone/],
  ["until=2026-13-30T12:00:00Z", /"until" must be a time with its zone/],
  ["since=2026-11-30T12:00:00Z&until=2026-11-30T11:00:00Z", /"since" must be before "until"/],
  ["host=https://example.com", /"host" must be a host name.*, not "https:\/\/example.com"/],
  ["limit=0", /"limit" must be greater than or equal to 1/],
  ["limit=201", /"limit" must be less than or equal to 200/],
  ["limit=x", /"limit" must be a number/],
  ["pool=a&pool=b", /"pool" must be a string/],
  ["limit=x&state=done", /"state\[0\]".*"limit"/],
];
for (const [query, message] of refused)
  test(`${query} is refused`, () =>
    assert.throws(() => parseJobQuery(rawOptionsOfQuery(query)), { message }));

test("limit and continue are read, and keys belong to no filter", () => {
  const query = parseJobQuery(rawOptionsOfQuery("access_key=a&limit=7&continue=abc&pool=gpu"));
  assert.deepEqual([query.limit, query.continueToken, query.filter.pool], [7, "abc", "gpu"]);
  assert.equal(parseJobQuery(rawOptionsOfQuery("")).limit, 200);
});
