import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { assertColour, assertSize, decodePicture } from "../support/picture.ts";
import { run } from "./support/command.ts";
import {
  appVersion,
  buildImage,
  buildServerImages,
  imageName,
  loadImage,
} from "./support/images.ts";
import { find, get, kubectl, list } from "./support/kubectl.ts";
import type { KubeObject, Pod } from "./support/kubectl.ts";
import {
  accountsNamespace,
  helm,
  isInstalled,
  leastValues,
  operatorNamespace,
  podsOf,
  releaseName,
} from "./support/release.ts";
import { clearStage, setStage } from "./support/stage.ts";

/** From a clean cluster to the first picture, as a platform team does it. */

let version: string;

before(async () => {
  version = await appVersion();
  // Remains of an interrupted run.
  if (await isInstalled()) await helm(["uninstall", releaseName, "--wait"]);
  for (const name of [operatorNamespace, accountsNamespace])
    await kubectl("delete", "namespace", name, "--ignore-not-found", "--timeout=180s");
  await clearStage();
});

test("the images are built from the Dockerfile and loaded on the nodes", async () => {
  const images = [imageName("stills", version), imageName("stills-worker", version)];
  await buildImage("runtime", images[0]!);
  await buildImage("worker", images[1]!);
  for (const image of [...(await buildServerImages()), ...images]) await loadImage(image);
  for (const image of images) {
    const { config } = (
      JSON.parse(await run("buildah", ["inspect", "--type", "image", image])) as {
        OCIv1: { config: { User: string; Entrypoint: string[]; Labels: Record<string, string> } };
      }
    ).OCIv1;
    assert.equal(config.User, "65532:65532");
    assert.deepEqual(config.Entrypoint, ["/usr/bin/tini", "--", "node", "/app/src/main.ts"]);
    assert.equal(config.Labels["org.opencontainers.image.version"], version);
  }
});

test("the chart installs with its default values, and takes a first picture", async (t) => {
  await setStage(imageName("stills", version));
  const started = performance.now();
  await helm(["install", releaseName, "charts/stills", "--create-namespace", "--wait"], {
    values: await leastValues(),
  });
  const installed = performance.now();
  t.diagnostic(`helm install --wait: ${seconds(installed - started)} s`);
  t.diagnostic(await helm(["test", releaseName]));
  t.diagnostic(
    `from helm install to the end of helm test: ${seconds(performance.now() - started)} s`,
  );
});

test("the lines of NOTES, pasted as they are, give a picture", async () => {
  const notes = await helm(["get", "notes", releaseName]);
  const lines = notes.split("\n").filter((line) => /^ {2,}\S/.test(line));
  assert.ok(lines.length > 0, notes);
  const folder = await mkdtemp(join(tmpdir(), "stills-notes-"));
  try {
    const script = `set -e\ncd "$1"\n${lines.join("\n")}`;
    const output = await run("bash", ["-c", script, "notes", folder], { limitSeconds: 240 });
    assert.match(output, /^first +True +Captured /m);
    const picture = await decodePicture(await readFile(join(folder, "first.png")));
    assertSize(picture, 1280, 1024);
    assertColour(picture, { x: 640, y: 1000 }, [255, 255, 255], 0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("every pod of the release is restricted, and none was restarted", async () => {
  const pods = await list<Pod>("pod", {
    namespace: operatorNamespace,
    selector: `app.kubernetes.io/instance=${releaseName}`,
  });
  assert.ok(pods.length >= 5);
  for (const { metadata, spec, status } of pods as unknown as RestrictedPod[]) {
    if (metadata.labels?.["app.kubernetes.io/component"] === "seccomp") continue;
    assert.equal(spec.securityContext?.runAsNonRoot, true, metadata.name);
    assert.ok(["RuntimeDefault", "Localhost"].includes(spec.securityContext.seccompProfile.type));
    for (const { securityContext } of [...(spec.initContainers ?? []), ...spec.containers]) {
      assert.equal(securityContext.readOnlyRootFilesystem, true, metadata.name);
      assert.equal(securityContext.allowPrivilegeEscalation, false, metadata.name);
      assert.deepEqual(securityContext.capabilities.drop, ["ALL"], metadata.name);
    }
    const { containerStatuses, initContainerStatuses = [] } = status;
    for (const { restartCount } of [...initContainerStatuses, ...containerStatuses])
      assert.equal(restartCount, 0, metadata.name);
  }
});

test("the account, the pool and the roles of the release are ready", async () => {
  for (const [kind, namespace] of [
    ["browserpool", operatorNamespace],
    ["account", accountsNamespace],
  ] as const)
    await eventually(`${kind} default is ready`, async () => {
      const { status } = await get<KubeObject & { status?: { conditions?: Condition[] } }>(
        kind,
        "default",
        namespace,
      );
      return status?.conditions?.some((one) => one.type === "Ready" && one.status === "True");
    });
  assert.equal((await podsOf("controller")).length, 2);
  const aggregated = await list<KubeObject>("clusterrole", {
    selector: "rbac.authorization.k8s.io/aggregate-to-view=true",
  });
  assert.ok(aggregated.some(({ metadata }) => metadata.name.includes("stills")));
  assert.equal(await find("clusterrole", "stills-worker"), undefined);
});

interface Condition {
  type: string;
  status: string;
}

interface RestrictedPod extends KubeObject {
  spec: {
    securityContext: { runAsNonRoot?: boolean; seccompProfile: { type: string } };
    containers: RestrictedContainer[];
    initContainers?: RestrictedContainer[];
  };
  status: {
    containerStatuses: { restartCount: number }[];
    initContainerStatuses?: { restartCount: number }[];
  };
}

interface RestrictedContainer {
  securityContext: {
    readOnlyRootFilesystem: boolean;
    allowPrivilegeEscalation: boolean;
    capabilities: { drop: string[] };
  };
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}
