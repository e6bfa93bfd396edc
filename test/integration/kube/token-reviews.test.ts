import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { natsTokenAudience } from "../../../src/api/settings/nats-token.ts";
import { TokenReviewer } from "../../../src/controller/connections/token-reviewer.ts";
import { kubeCredentials } from "../../../src/platform/kube/kube-credentials.ts";
import { isUnauthorized, KubeError } from "../../../src/platform/kube/kube-error.ts";
import { ResourceClient } from "../../../src/platform/kube/resource-client.ts";
import { namespaces } from "../../../src/platform/kube/resources.ts";
import { KubeTransport } from "../../../src/platform/kube/transport.ts";
import { eventually } from "../../support/eventually.ts";
import { startKubeAPI } from "../../support/servers.ts";
import type { TestKubeAPI } from "../../support/servers.ts";

const never = new AbortController().signal;
const tenMinutes = 10 * 60_000;
let kube: TestKubeAPI;
let transport: KubeTransport;

before(async () => {
  kube = await startKubeAPI();
  transport = new KubeTransport(kubeCredentials(kube.kubeconfig));
  await eventually("the default namespace is there", () =>
    namespaces(transport).get({ name: "default" }),
  );
  const type = {
    group: "",
    version: "v1",
    plural: "serviceaccounts",
    kind: "ServiceAccount",
    namespaced: true,
  };
  await new ResourceClient(transport, type).create({
    metadata: { namespace: "default", name: "worker" },
  });
});

after(async () => {
  await transport.close();
  await kube[Symbol.asyncDispose]();
});

async function issueToken(audience: string): Promise<string> {
  const { status } = await transport.request<{ status: { token: string } }>({
    method: "POST",
    path: "/api/v1/namespaces/default/serviceaccounts/worker/token",
    body: {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { audiences: [audience] },
    },
  });
  return status.token;
}

test("a token for NATS is of no use at the API server", async () => {
  const token = await issueToken(natsTokenAudience);
  const asWorker = new KubeTransport({
    load: async () => {
      const access = await kubeCredentials(kube.kubeconfig).load(false);
      return {
        server: access.server,
        headers: { authorization: `Bearer ${token}` },
        tls: { ca: access.tls.ca ?? "" },
      };
    },
  });
  await assert.rejects(
    asWorker.request({ method: "GET", path: "/api/v1/namespaces/default/pods" }),
    (thrown: unknown) => isUnauthorized(thrown),
  );
  await asWorker.close();
});

test("while the API server is away, what it said of a token counts for ten minutes, and of another nothing is known", async () => {
  let passed = 0;
  const clock = { monotonicMilliseconds: () => passed };
  const reviewer = new TokenReviewer({ transport, clock });
  const [known, unknown] = [
    await issueToken(natsTokenAudience),
    await issueToken(natsTokenAudience),
  ];
  const found = await reviewer.review(known, never);
  assert.deepEqual(found, { userName: "system:serviceaccount:default:worker", pod: undefined });
  assert.equal(await reviewer.review("nonsense", never), undefined);
  await kube.process.kill();

  assert.deepEqual(await reviewer.review(known, never), found);
  await assert.rejects(reviewer.review(unknown, never), KubeError);
  passed = tenMinutes + 1;
  await assert.rejects(reviewer.review(known, never), KubeError);

  await kube.process.start(AbortSignal.timeout(180_000));
});
