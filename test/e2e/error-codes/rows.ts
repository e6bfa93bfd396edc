import { findFreePort } from "../../../src/local/servers/free-port.ts";
import type { TakeErrorCode } from "../../../src/api/reasons/take-errors.ts";
import { eventually } from "../../support/eventually.ts";
import type { TakeOptions } from "../../support/take-caller.ts";
import type { Stage } from "./stage.ts";

/** A call that ends with a code, and one that differs in as little as possible and does not. */
interface Row {
  /** Called first. */
  readonly beside: (stage: Stage) => Promise<Response>;
  readonly provoking: (stage: Stage) => Promise<Response>;
}

/** A row for each code of the catalogue: the type check fails for a code that has none. */
export const errorRows: Record<TakeErrorCode, Row> = {
  access_key_required: {
    beside: (stage) => withKey(stage, { "x-access-key": stage.at.accessKey }),
    provoking: (stage) => withKey(stage, {}),
  },
  access_key_invalid: {
    beside: (stage) => withKey(stage, { "x-access-key": stage.at.accessKey }),
    provoking: (stage) => withKey(stage, { "x-access-key": `${stage.at.accessKey}x` }),
  },
  signature_is_required: {
    beside: async (stage) => {
      await stage.account("strict", { requireSignature: true });
      return await stage.signed("strict", "secret of strict");
    },
    provoking: (stage) => withKey(stage, { "x-access-key": "strict" }),
  },
  signature_is_not_valid: {
    beside: async (stage) => {
      await stage.account("signing", {});
      return await stage.signed("signing", "secret of signing");
    },
    provoking: (stage) => stage.signed("signing", "another secret"),
  },
  screenshots_limit_reached: {
    beside: async (stage) => {
      const monthly = await stage.account("monthly", { limits: { requestsPerMonth: 1 } });
      return await monthly.take({ url: stage.page() });
    },
    provoking: (stage) => withKey(stage, { "x-access-key": "monthly" }),
  },
  concurrency_limit_reached: {
    beside: async (stage) => {
      const slow = await stage.account("slow", { limits: { requestsPerMinute: 1 } });
      return await slow.take({ url: stage.page() });
    },
    provoking: async (stage) => {
      // Two calls are within two minutes at most, with the one before: one of them is the second of its minute.
      const answers = [];
      for (let count = 0; count < 2; count += 1) {
        const answer = await withKey(stage, { "x-access-key": "slow" });
        if (answer.status !== 200) return answer;
        answers.push(await answer.text());
      }
      throw new Error("Three calls in two minutes were accepted");
    },
  },
  request_not_valid: pair({ format: "png" }, { format: "bmp" }),
  request_body_too_large: {
    beside: (stage) => stage.post({ html: "x".repeat(4_000_000) }),
    provoking: (stage) => stage.post({ html: "x".repeat(6_000_000) }),
  },
  invalid_cookie_parameter: pair({ cookies: "a=b" }, { cookies: "no pair" }),
  invalid_header_parameter: pair({ headers: "X-A: b" }, { headers: "no pair" }),
  selector_not_found: pair(
    { selector: "body", error_on_selector_not_found: true },
    { selector: "#none", error_on_selector_not_found: true, timeout: 12 },
  ),
  script_triggers_redirect: pair(
    { scripts: `location = "/article"`, scripts_wait_until: "load" },
    { scripts: `location = "/article"` },
  ),
  name_not_resolved: {
    beside: ({ caller, site }) => caller.take({ url: `http://present.example:${site.port}/shop` }),
    provoking: ({ caller, site }) =>
      caller.take({ url: `http://absent.example:${site.port}/shop` }),
  },
  resulting_image_too_large: at("/tall?height=70000", { full_page: true, full_page_scroll: false })(
    { viewport_width: 100, full_page_max_height: 3000 },
    { viewport_width: 100, format: "jpg" },
  ),
  storage_access_denied: {
    beside: (stage) => storing(stage),
    provoking: (stage) => stage.withWrongStoreKey(() => storing(stage)),
  },
  invalid_storage_configuration: {
    beside: (stage) => storing(stage),
    provoking: (stage) => stage.withoutBucket(() => storing(stage)),
  },
  storage_returned_transient_error: {
    beside: (stage) => storing(stage, "read again"),
    provoking: (stage) => stage.withBrokenPictures(() => storing(stage, "read again")),
  },
  host_returned_error: at("/hostile/status/404")({ ignore_host_errors: true }, {}),
  network_error: {
    beside: (stage) => stage.caller.take({ url: stage.page() }),
    provoking: async ({ caller, site }) => {
      const closed = await findFreePort();
      return await caller.take({ url: site.url.replace(/\d+$/, String(closed)), timeout: 30 });
    },
  },
  timeout_error: {
    beside: (stage) => stage.caller.take({ url: stage.page(), navigation_timeout: 10 }),
    provoking: (stage) =>
      stage.caller.take({ url: stage.page("/hostile/never"), navigation_timeout: 3 }),
  },
  content_contains_specified_string: at("/broken")(
    { fail_if_content_contains: "no such text" },
    { fail_if_content_contains: "Some Text" },
  ),
  content_missing_specified_string: at("/broken")(
    { fail_if_content_missing: "Some Text" },
    { fail_if_content_missing: "no such text" },
  ),
  matched_failed_request: at("/broken")(
    { fail_if_request_failed: "*/square.png" },
    { fail_if_request_failed: "*/missing.png" },
  ),
  request_aborted: {
    beside: (stage) => whileHeld(stage, async () => stage.held.allow(1)),
    provoking: (stage) => whileHeld(stage, () => cancelRunning(stage)),
  },
  internal_application_error: {
    beside: (stage) => stage.caller.take({ url: stage.page() }),
    provoking: (stage) =>
      stage.withoutRightToCreate(async () => untilStatus(500, () => withKey(stage, keyOf(stage)))),
  },
  temporary_unavailable: {
    beside: (stage) => stage.caller.take({ url: stage.page() }),
    provoking: (stage) =>
      stage.withTooManyJobs(async () => untilStatus(503, () => withKey(stage, keyOf(stage)))),
  },
};

/** Two calls of one page, of which the second fails. */
function at(
  path: string,
  both: TakeOptions = {},
): (beside: TakeOptions, provoking: TakeOptions) => Row {
  return (beside, provoking) => ({
    beside: ({ caller, site }) => caller.take({ url: site.url + path, ...both, ...beside }),
    provoking: ({ caller, site }) => caller.take({ url: site.url + path, ...both, ...provoking }),
  });
}

function pair(beside: TakeOptions, provoking: TakeOptions): Row {
  return at("/shop")(beside, provoking);
}

function keyOf({ at: { accessKey } }: Stage): Record<string, string> {
  return { "x-access-key": accessKey };
}

async function withKey(stage: Stage, headers: Record<string, string>): Promise<Response> {
  const query = `url=${encodeURIComponent(stage.page())}`;
  return await fetch(`${stage.at.gatewayURL}/take?${query}`, { headers });
}

async function storing(stage: Stage, idempotencyKey?: string): Promise<Response> {
  const options = { url: stage.page(), store: true, storage_path: "error-codes" };
  const headers = idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey };
  return await stage.caller.take(options, { headers });
}

/** The first answer with the status: what was taken away is missing a moment later. */
async function untilStatus(status: number, call: () => Promise<Response>): Promise<Response> {
  return await eventually(`an answer with ${status}`, async () => {
    const answer = await call();
    if (answer.status === status) return answer;
    await answer.arrayBuffer();
    return undefined;
  });
}

/** Does something while the page of a call is not answered. */
async function whileHeld(stage: Stage, act: () => Promise<void>): Promise<Response> {
  const { caller, held } = stage;
  held.holdAll();
  const answer = caller.take({ url: stage.heldPage() });
  await eventually("the page is being captured", () => held.open > 0);
  await act();
  return await answer;
}

async function cancelRunning(stage: Stage): Promise<void> {
  const { jobs } = (await stage.caller.read("/v1/jobs")) as {
    jobs: { name: string; succeeded: string }[];
  };
  // The newest: a picture is answered before the status of its job is written, so the call before may seem to run.
  const running = jobs.findLast(({ succeeded }) => succeeded === "Unknown");
  const url = `${stage.at.gatewayURL}/v1/jobs/${running?.name}`;
  const answer = await fetch(url, { method: "DELETE", headers: keyOf(stage) });
  if (!answer.ok) throw new Error(`The job could not be cancelled: ${await answer.text()}`);
}
