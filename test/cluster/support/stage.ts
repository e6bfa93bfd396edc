import { eventually } from "../../support/eventually.ts";
import { apply, get, isReady, kubectl, runScript, scriptCommand } from "./kubectl.ts";
import type { Place, Pod } from "./kubectl.ts";

/** Where the tests' own pods and jobs live: not the operator's namespace. */
export const stageNamespace = "stills-test-stage";
export const sitePort = 8080;

/** Calls from inside the cluster, and is nobody special: no label that a policy of the chart selects. */
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
 * The pods around the release: a site that is also a receiver of webhooks, a stand-in for the cloud's metadata address
 * (no address of a real network is ever dialled), and a client. Does nothing where they are already.
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

/** No jobs, and a site that has seen nothing: each test file begins so, however the one before ended. */
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

/** What the site, or the stand-in, got so far at a path. */
export async function seenAt(
  path: string,
  by: "site" | "metadata" = "site",
): Promise<SeenRequest[]> {
  const answer = await callInside("GET", `http://${await addressOf(by)}:${sitePort}/seen`);
  const all = JSON.parse(answer.body.toString()) as SeenRequest[];
  return all.filter((request) => request.path === path);
}

/** Lets the pages at /held/NAME go. */
export async function release(name: string): Promise<void> {
  await callInside("POST", await siteURL(`/release/${name}`));
}

/**
 * A pod of the tests that runs Node.js, as restricted as ours are. A canary is never ready: with the labels of a role it
 * must not get what is meant for that role.
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
