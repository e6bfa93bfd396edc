import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, test } from "node:test";
import { parse, stringify } from "yaml";
import { account, takeURL } from "./support/account.ts";
import { appVersion, deriveImage, imageName, loadImage } from "./support/images.ts";
import { apply, find, get, kubectl, list, startScript } from "./support/kubectl.ts";
import type { KubeObject } from "./support/kubectl.ts";
import {
  accountsNamespace,
  ensureRelease,
  everythingReady,
  helm,
  merged,
  operatorNamespace,
  podsOf,
  releaseName,
  testValues,
} from "./support/release.ts";
import { callInside, client, siteURL } from "./support/stage.ts";

/** Everything is replaced while calls continue: each call is answered with a picture. */

const crdName = "screenshotjobs.stills.dev";
const crdFile = "crds/stills.dev_screenshotjobs.yaml";
const upgradedTag = "upgraded";

before(ensureRelease);

test("helm upgrade with a changed CRD, under load", async (t) => {
  const image = imageName("stills", upgradedTag);
  await deriveImage(imageName("stills", await appVersion()), image, {
    [`/app/${crdFile}`]: withOneMoreShortName(await readFile(crdFile, "utf8")),
  });
  await loadImage(image);
  const secrets = await secretData();
  await createEarlierAccount();
  await underLoad(t, async () => {
    await helm(["upgrade", releaseName, "charts/stills", "--wait"], {
      values: merged(await testValues(), {
        image: { tag: upgradedTag },
        worker: { logLevel: "debug", image: { tag: await appVersion() } },
      }),
    });
    await everythingReady();
  });
  assert.deepEqual(await secretData(), secrets, "secrets are made once");
  assert.ok((await shortNames()).includes("shotx"));
  await assertAccountMoved();
  const [gateway] = await podsOf("gateway");
  assert.equal(gateway!.spec.containers[0]!.image, image);
});

test("helm rollback, under load", async (t) => {
  await underLoad(t, async () => {
    await helm(["rollback", releaseName, "--wait"]);
    await everythingReady();
  });
  const [gateway] = await podsOf("gateway");
  assert.equal(gateway!.spec.containers[0]!.image, imageName("stills", await appVersion()));
});

test("a rolling restart of every Deployment but NATS's, under load", async (t) => {
  await underLoad(t, async () => {
    // A single NATS server is away while it is replaced, and gateways take no calls meanwhile.
    const selector = `app.kubernetes.io/instance=${releaseName},app.kubernetes.io/component!=nats`;
    await kubectl("rollout", "restart", "deployment", "-n", operatorNamespace, "-l", selector);
    await everythingReady();
  });
});

const earlier = { namespace: operatorNamespace, name: "earlier" };

/** Where earlier versions had accounts. */
async function createEarlierAccount(): Promise<void> {
  const { namespace } = await account();
  const items = [
    {
      ...{ apiVersion: "v1", kind: "Secret", metadata: earlier },
      stringData: { accessKey: "earlier-key", secretKey: "earlier-secret" },
    },
    {
      ...{ apiVersion: "stills.dev/v1alpha1", kind: "Account", metadata: earlier },
      spec: { namespace, credentialsSecretRef: { name: earlier.name } },
    },
  ];
  await apply(...items);
}

async function assertAccountMoved(): Promise<void> {
  const url = new URL(await takeURL({ html: "<p>moved", format: "png" }));
  url.searchParams.set("access_key", "earlier-key");
  const { status, headers } = await callInside("GET", url.href);
  assert.deepEqual([status, headers["content-type"]], [200, "image/png"]);
  for (const kind of ["account", "secret"])
    assert.equal(await find(kind, earlier.name, operatorNamespace), undefined, kind);
  await kubectl("delete", "account,secret", earlier.name, "-n", accountsNamespace);
}

/** Calls `/take` meanwhile, two at a time, and fails unless every call got its picture. */
async function underLoad(
  t: { diagnostic: (message: string) => void },
  change: () => Promise<void>,
): Promise<void> {
  const url = await takeURL({ url: await siteURL("/page"), format: "png" });
  const load = await startScript(client, "load.ts", url, "2");
  let outcomes: Record<string, number> | undefined;
  try {
    await change();
  } finally {
    outcomes = JSON.parse(await load.stop()) as Record<string, number>;
  }
  t.diagnostic(`answers meanwhile: ${JSON.stringify(outcomes)}`);
  assert.deepEqual(Object.keys(outcomes), ["200"], JSON.stringify(outcomes));
}

function withOneMoreShortName(text: string): string {
  const crd = parse(text) as { spec: { names: { shortNames: string[] } } };
  crd.spec.names.shortNames.push("shotx");
  return stringify(crd);
}

async function shortNames(): Promise<string[]> {
  const crd = await get<KubeObject & { spec: { names: { shortNames: string[] } } }>("crd", crdName);
  return crd.spec.names.shortNames;
}

/** The Secrets that the setup job made for this release. */
async function secretData(): Promise<Record<string, unknown>> {
  const secrets = await list<KubeObject & { data: Record<string, string> }>("secret", {
    namespace: operatorNamespace,
    selector: "app.kubernetes.io/managed-by=stills-setup",
  });
  assert.ok(secrets.length >= 5);
  return Object.fromEntries(secrets.map(({ metadata, data }) => [metadata.name, data]));
}
