import { eventually } from "../../support/eventually.ts";
import { apply, get, isReady, kubectl, runScript, scriptCommand } from "./kubectl.ts";
import type { Place, Pod } from "./kubectl.ts";

/** The namespace of the tests' pods and jobs, apart from the operator's. */
export const stageNamespace = "stills-test-stage";
export const sitePort = 8080;

/** Calls from inside the cluster; no policy of the chart selects its labels. */
export const client: Place = { namespace: stageNamespace, pod: "client" };

export interface InsideAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

export interface SeenRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

/**
 * Creates the pods around the release, unless they exist: a site that also receives webhooks, a stand-in for the cloud's metadata
 * address (no address of a real network is ever dialled), and a client.
 */
export async function setStage(image: string): Promise<void> {
  await apply(
    { apiVersion: "v1", kind: "Namespace", metadata: { name: stageNamespace } },
    nodePod("site", image, await scriptCommand("site.ts", [String(sitePort)])),
    nodePod("metadata", image, await scriptCommand("site.ts", [String(sitePort)])),
    nodePod("client", image, ["sleep", "infinity"]),
  );
  for (const name of ["site", "metadata", "client"])
    await eventually(`the pod ${name} is ready`, async () => isReady(await stagePod(name)), {
      limitSeconds: 180,
      pauseMilliseconds: 500,
    });
}

/** Deletes all jobs and what the site has recorded, so that each test file begins in the same state. */
export async function resetStage(): Promise<void> {
  await kubectl("delete", "shots", "--all", "-n", stageNamespace, "--timeout=180s");
  for (const name of ["site", "metadata"] as const)
    await callInside("POST", `http://${await addressOf(name)}:${sitePort}/forget`);
}

export async function clearStage(): Promise<void> {
  await kubectl("delete", "namespace", stageNamespace, "--ignore-not-found", "--timeout=180s");
}

export async function addressOf(name: "site" | "metadata" | "client"): Promise<string> {
  const { podIP } = (await stagePod(name)).status;
  if (podIP === undefined) throw new Error(`The pod ${name} has no address`);
  return podIP;
}

export async function siteURL(path: string): Promise<string> {
  return `http://${await addressOf("site")}:${sitePort}${path}`;
}

/** One HTTP call made by the client pod. */
export async function callInside(
  method: string,
  url: string,
  body?: string,
): Promise<InsideAnswer> {
  const text = await runScript(
    client,
    "call.ts",
    ...[method, url],
    ...(body === undefined ? [] : [body]),
  );
  const answer = JSON.parse(text) as {
    status: number;
    headers: Record<string, string>;
    body: string;
  };
  return { ...answer, body: Buffer.from(answer.body, "base64") };
}

/** The requests to a path of the site, or of the stand-in, so far. */
export async function seenAt(
  path: string,
  by: "site" | "metadata" = "site",
): Promise<SeenRequest[]> {
  const answer = await callInside("GET", `http://${await addressOf(by)}:${sitePort}/seen`);
  const all = JSON.parse(answer.body.toString()) as SeenRequest[];
  return all.filter((request) => request.path === path);
}

/** Releases the pages at /held/NAME. */
export async function release(name: string): Promise<void> {
  await callInside("POST", await siteURL(`/release/${name}`));
}

/**
 * A pod of the tests that runs Node.js with the same security context as ours. A canary is never ready, so that with the labels of
 * a role it receives no traffic of that role's Service.
 */
export function nodePod(
  name: string,
  image: string,
  command: string[],
  more: { namespace?: string; labels?: Record<string, string>; isCanary?: boolean } = {},
): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: more.namespace ?? stageNamespace, labels: more.labels ?? {} },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 1,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65532,
        seccompProfile: { type: "RuntimeDefault" },
      },
      containers: [
        {
          name: "main",
          image,
          imagePullPolicy: "IfNotPresent",
          command,
          ...(more.isCanary === true && { readinessProbe: { exec: { command: ["false"] } } }),
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
        },
      ],
    },
  };
}

async function stagePod(name: string): Promise<Pod> {
  return get<Pod>("pod", name, stageNamespace);
}
