import assert from "node:assert/strict";
import { test } from "node:test";
import { messageVersion } from "../../api/messages/message-version.ts";
import type { Clock } from "../../platform/process/clock.ts";
import { AdmissionControl } from "./admission-control.ts";
import type { KnownAccount } from "./account-directory.ts";

/** An account without limits: nobody is asked. */
const account = { name: "shop", spec: { namespace: "shop" } } as KnownAccount;
const { signal } = new AbortController();

test("without a leader the last number of jobs holds, and what was admitted since is added", async () => {
  let now = 0;
  let receive: (message: { body: unknown }) => void = () => undefined;
  const dependencies = {
    nats: undefined,
    publisher: {
      subscribe: (_subject: string, listener: typeof receive) => {
        receive = listener;
        return () => undefined;
      },
    },
    bucketMonitor: { throwIfMissing: () => undefined },
    clock: { monotonicMilliseconds: () => now } as Clock,
  };
  const control = new AdmissionControl(dependencies as never);
  await control.start();
  const admit = (name: string): Promise<void> =>
    control.admit(account, { namespace: "shop", name }, signal);
  await admit("before any number is known");
  receive({ body: { version: messageVersion, liveJobs: 98, maxLiveJobs: 100 } });
  now += 3_600_000;
  await admit("one");
  await admit("two");
  await assert.rejects(admit("three"), { code: "temporary_unavailable" });
  receive({ body: { version: messageVersion, liveJobs: 90, maxLiveJobs: 100 } });
  await admit("three");
});
