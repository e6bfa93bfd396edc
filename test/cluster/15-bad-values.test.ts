import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { outcomeOf, run } from "./support/command.ts";
import { appVersion, imageName } from "./support/images.ts";
import { apply, kubectl, list } from "./support/kubectl.ts";
import type { Pod } from "./support/kubectl.ts";
import { leastValues, merged } from "./support/release.ts";
import type { Values } from "./support/release.ts";
import { setStage, stageNamespace } from "./support/stage.ts";

/** Wrong values are reported: by the schema, by the chart's look-ups in the cluster, or by the pods. */

/** A second release, beside that of the other tests. */
const releaseName = "wrong";
const namespace = "stills-test-wrong";
const labels = `app.kubernetes.io/instance=${releaseName}`;

let least: Values;

before(async () => {
  await setStage(imageName("stills", await appVersion()));
  // The class of the other release is held.
  least = merged(await leastValues(), { className: releaseName });
  await clear();
  await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
});

after(clear);

async function clear(): Promise<void> {
  await outcomeOf("helm", ["uninstall", releaseName, "-n", namespace, "--wait"]);
  await kubectl("delete", "namespace", namespace, "--ignore-not-found", "--timeout=180s");
}

/** The message of helm for an installation that it refuses. */
async function refusalOf(values: Values, ...words: string[]): Promise<string> {
  const install = ["install", releaseName, "charts/stills", "-n", namespace, "-f", "-"];
  const { status, stderr } = await outcomeOf("helm", [...install, ...words], {
    input: JSON.stringify(merged(merged(least, { account: { enabled: false } }), values)),
  });
  assert.notEqual(status, 0, "it was not refused");
  return stderr;
}

suite("an installation is refused before anything is made", () => {
  const refused: [string, Values, RegExp][] = [
    ["a negative number", { gateway: { replicas: -1 } }, /gateway\/replicas.*minimum/s],
    ["a misspelt key", { egress: { replica: 2 } }, /egress.*replica/s],
    ["external NATS without a URL", { nats: { enabled: false } }, /nats\/external\/url/],
    [
      "an external store without keys",
      { store: { endpoint: "https://s3.example.com" } },
      /store\.secret\.name: an external store .* needs the name of a Secret/,
    ],
    [
      "an unknown storage class for NATS",
      { nats: { persistence: { enabled: true, storageClassName: "no-such-class" } } },
      /nats\.persistence\.storageClassName: this cluster has no storage class "no-such-class".*There are: /,
    ],
    [
      "an unknown storage class for the demo store",
      { demoStore: { persistence: { enabled: true, storageClassName: "no-such-class" } } },
      /demoStore\.persistence\.storageClassName: this cluster has no storage class "no-such-class"/,
    ],
    [
      "a tenant's namespace that is not there",
      { tenantNamespaces: ["no-such-namespace"] },
      /tenantNamespaces: this cluster has no namespace "no-such-namespace"/,
    ],
    [
      "an account's namespace that is not there",
      { account: { enabled: true, namespace: "no-such-namespace", createNamespace: false } },
      /account\.namespace: this cluster has no namespace "no-such-namespace"/,
    ],
  ];
  for (const [what, values, sentence] of refused)
    test(what, async () => {
      assert.match(await refusalOf(values, "--dry-run=server"), sentence);
    });

  test("an installer without rights", async () => {
    const refusal = await refusalOf({}, "--kube-as-user=nobody-in-particular");
    assert.match(refusal, /forbidden: User "nobody-in-particular" cannot/);
    assert.deepEqual(await list("pod,secret", { namespace, selector: labels }), []);
  });
});

test("a storage class that is there is taken", async () => {
  const classes = await list("storageclass");
  assert.ok(classes[0], "the cluster has a storage class");
  const storageClassName = classes[0].metadata.name;
  const persistence = { enabled: true, storageClassName };
  const values = merged(least, { account: { enabled: false }, nats: { persistence } });
  await run(
    "helm",
    [...["install", releaseName, "charts/stills", "-n", namespace], "--dry-run=server", "-f", "-"],
    { input: JSON.stringify(values) },
  );
});

test("pods are not ready while NATS or the object store does not answer, and their logs say so", async () => {
  const nobody = `nobody.${stageNamespace}.svc`;
  const password = (user: string) => ({
    ...{ apiVersion: "v1", kind: "Secret", metadata: { name: `own-${user}`, namespace } },
    stringData: { password: "p0", accessKeyID: "a", secretAccessKey: "b" },
  });
  await apply(...["controller", "gateway", "worker-default"].map(password));
  const values = merged(least, {
    account: { enabled: false },
    seccomp: { installer: { enabled: false } },
    nats: {
      enabled: false,
      external: { url: `nats://${nobody}:4222`, passwordSecretPrefix: "own-" },
    },
    store: { endpoint: `http://${nobody}:7070`, secret: { name: "own-controller" } },
  });
  await run("helm", ["install", releaseName, "charts/stills", "-n", namespace, "-f", "-"], {
    input: JSON.stringify(values),
    limitSeconds: 300,
  });
  for (const component of ["controller", "gateway"]) {
    const selector = `${labels},app.kubernetes.io/component=${component}`;
    await eventually(
      `${component} says which setting it is`,
      async () => {
        const log = await kubectl("logs", "-n", namespace, "-l", selector, "--tail=-1");
        const hasStore = component !== "controller" || log.includes("(STILLS_STORE_ENDPOINT)");
        return hasStore && /Waiting for NATS/.test(log) && log.includes("(STILLS_NATS_URL)");
      },
      { limitSeconds: 120, pauseMilliseconds: 1_000 },
    );
    const pods = await list<Pod>("pod", { namespace, selector });
    assert.ok(pods.length > 0);
    for (const { status } of pods)
      assert.ok(
        status.conditions?.some(({ type, status: is }) => type === "Ready" && is !== "True"),
      );
  }
});
