import { parse } from "yaml";
import { eventually } from "../../support/eventually.ts";
import { outcomeOf, run } from "./command.ts";
import { appVersion, imageName } from "./images.ts";
import { isReady, kubectl, list } from "./kubectl.ts";
import type { Pod } from "./kubectl.ts";
import { addressOf, resetStage, setStage, sitePort } from "./stage.ts";

/** The release that all cluster tests share: the first file installs it, the last one uninstalls it. */
export const releaseName = "stills";
export const operatorNamespace = "stills-test-system";
/** The chart's default for this release. */
export const accountsNamespace = "stills-accounts";

export type Component = "controller" | "gateway" | "egress" | "worker" | "nats" | "store";

export const names = {
  controller: "stills-controller",
  gateway: "stills-gateway",
  egress: "stills-egress",
  nats: "stills-nats",
  store: "stills-store",
  pool: (pool: string): string => `stills-pool-${pool}`,
} as const;

export const gatewayURL = `http://${names.gateway}.${operatorNamespace}.svc:8080`;

export type Values = Record<string, unknown>;

/** helm, for the release of the tests. */
export async function helm(
  words: readonly string[],
  options: { values?: Values; limitSeconds?: number } = {},
): Promise<string> {
  const given = options.values !== undefined;
  return run("helm", [...words, ...["-n", operatorNamespace], ...(given ? ["-f", "-"] : [])], {
    ...(given && { input: JSON.stringify(options.values) }),
    limitSeconds: options.limitSeconds ?? 420,
  });
}

export async function isInstalled(): Promise<boolean> {
  return (await outcomeOf("helm", ["status", releaseName, "-n", operatorNamespace])).status === 0;
}

/**
 * Values that every installation by tests needs, the one with default values too: a stand-in for the cloud's metadata address,
 * which workers dial to show that they cannot reach it, and the values of this cluster (YAML in STILLS_TEST_VALUES).
 */
export async function leastValues(): Promise<Values> {
  const ofCluster = parse(process.env["STILLS_TEST_VALUES"] ?? "{}") as Values;
  return merged(ofCluster, {
    worker: { forbiddenAddresses: [`${await addressOf("metadata")}:${sitePort}`] },
  });
}

/** The pages and receivers of the tests have private addresses, which are refused unless they are named. */
export async function testValues(): Promise<Values> {
  return merged(await leastValues(), {
    egress: { allowCIDRs: [`${await addressOf("site")}/32`], webhookAllowHTTP: true },
    worker: { scaleDownAfterSeconds: 15 },
    pools: {
      default: { scaling: { minReplicas: 1, maxReplicas: 2 } },
      burst: { slotsPerPod: 1, scaling: { minReplicas: 0, maxReplicas: 2 } },
      manual: { scaling: { mode: "External" }, replicas: 0 },
      nowhere: {
        scaling: { minReplicas: 1, maxReplicas: 1 },
        pod: { nodeSelector: { "stills.dev/no-such-node": "true" } },
      },
    },
  });
}

/** Installs or upgrades the release with the values of the tests; each test file can run alone. */
export async function ensureRelease(): Promise<void> {
  await setStage(imageName("stills", await appVersion()));
  const values = await testValues();
  const chart = [releaseName, "charts/stills", "--create-namespace", "--wait"];
  if (!(await isInstalled())) await helm(["install", ...chart], { values });
  else if (!(await isUpToDate(values))) await helm(["upgrade", ...chart], { values });
  await everythingReady();
  await resetStage();
}

/** Whether an upgrade would change no object. Rendering takes two seconds; an upgrade runs the setup job and takes twenty. */
async function isUpToDate(values: Values): Promise<boolean> {
  const words = ["upgrade", releaseName, "charts/stills", "--dry-run=server", "--output=json"];
  const next = JSON.parse(await helm(words, { values })) as { manifest: string };
  const { info } = JSON.parse(await helm(["status", releaseName, "--output=json"])) as {
    info: { status: string };
  };
  const manifest = await helm(["get", "manifest", releaseName]);
  return info.status === "deployed" && manifest.trim() === next.manifest.trim();
}

/** Waits until all pods of the release, and of its pool "default", are ready. */
export async function everythingReady(): Promise<void> {
  for (const component of ["controller", "gateway", "egress", "nats", "worker"] as const)
    await eventually(
      `every ${component} is ready`,
      async () => {
        const pods = await podsOf(component, component === "worker" ? "default" : undefined);
        return pods.length > 0 && pods.every(isReady);
      },
      { limitSeconds: 300, pauseMilliseconds: 1000 },
    );
  const selector = `app.kubernetes.io/instance=${releaseName}`;
  for (const { metadata } of await list("deployment", { namespace: operatorNamespace, selector }))
    // The pool that fits no node never becomes ready.
    if (metadata.name !== names.pool("nowhere"))
      await kubectl(
        ...["rollout", "status", "deployment", metadata.name],
        ...["-n", operatorNamespace, "--timeout=300s"],
      );
}

/** The pods of a component that are not terminating. */
export async function podsOf(component: Component, pool?: string): Promise<Pod[]> {
  const selector = [
    `app.kubernetes.io/instance=${releaseName}`,
    `app.kubernetes.io/component=${component}`,
    ...(pool === undefined ? [] : [`stills.dev/pool=${pool}`]),
  ].join(",");
  const pods = await list<Pod>("pod", { namespace: operatorNamespace, selector });
  return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/** The first ready pod of a component. */
export async function readyPod(component: Component, pool?: string): Promise<Pod> {
  return eventually(
    `a pod of ${component} is ready`,
    async () => (await podsOf(component, pool)).find(isReady),
    { limitSeconds: 240, pauseMilliseconds: 500 },
  );
}

/** Objects inside objects are merged, everything else is replaced, as Helm does it. */
export function merged(base: Values, over: Values): Values {
  const result: Values = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const under = result[key];
    result[key] = isValues(under) && isValues(value) ? merged(under, value) : value;
  }
  return result;
}

function isValues(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
