import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { connectionName, judgeLogin } from "./worker-login-policy.ts";

const serviceAccount = "system:serviceaccount:stills-system:stills-worker";
const pod = { name: "stills-pool-default-1", uid: "a", pool: "default" };
const token = { userName: serviceAccount, pod: { name: pod.name, uid: pod.uid } };

suite("who logs in to NATS", () => {
  test("the worker of a known pod, with the pool of its label", () => {
    const verdict = judgeLogin({ token, pod, serviceAccount });
    assert.deepEqual(verdict, { kind: "Granted", worker: pod });
    assert.equal(connectionName(pod), "default/stills-pool-default-1/a");
  });

  const refusals = {
    "a token that is not valid": { token: undefined, pod },
    "a token of another service account": { token: { ...token, userName: "x" }, pod },
    "a token of no pod": { token: { ...token, pod: undefined }, pod },
    "a token of a pod that is not there": { token, pod: undefined },
    "a token of an earlier pod of the name": { token, pod: { ...pod, uid: "b" } },
    "a name that two subjects would share": {
      token: { ...token, pod: { name: "a.b", uid: "a" } },
      pod: { ...pod, name: "a.b" },
    },
  };
  for (const [what, facts] of Object.entries(refusals))
    test(`not ${what}`, () => {
      const verdict = judgeLogin({ ...facts, serviceAccount });
      assert.equal(verdict.kind, "Refused");
    });
});
