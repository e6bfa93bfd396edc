import type { Condition, ScreenshotJob } from "../../src/api/kinds/resource-types.ts";
import { eventually } from "./eventually.ts";
import type { StillsClient } from "./stills-client.ts";

/** A document with all the jobs, for `kubectl apply`. */
export function jobList(
  namespace: string,
  specs: Readonly<Record<string, Record<string, unknown>>>,
): string {
  const items = Object.entries(specs).map(([name, spec]) => ({
    apiVersion: "stills.dev/v1alpha1",
    kind: "ScreenshotJob",
    metadata: { name, namespace },
    spec,
  }));
  return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}

/** The jobs of a namespace as kubectl shows them. */
export async function jobsIn(stills: StillsClient, namespace: string): Promise<ScreenshotJob[]> {
  const text = await stills.kubectl("get", "shots", "-n", namespace, "-o", "json");
  return (JSON.parse(text) as { items: ScreenshotJob[] }).items;
}

export async function jobNames(stills: StillsClient, namespace: string): Promise<Set<string>> {
  return new Set((await jobsIn(stills, namespace)).map(({ metadata }) => metadata.name));
}

/** Names of jobs that did not exist before. Earlier jobs may expire meanwhile. */
export async function newJobNames(
  stills: StillsClient,
  namespace: string,
  before: ReadonlySet<string>,
): Promise<string[]> {
  return [...(await jobNames(stills, namespace)).difference(before)];
}

/** The job as kubectl shows it once it has succeeded or failed. */
export async function endedJob(
  stills: StillsClient,
  key: { namespace: string; name: string },
): Promise<{ job: ScreenshotJob; condition: Condition }> {
  const { namespace, name } = key;
  return eventually(
    `the job ${name} has ended`,
    async () => {
      const text = await stills.kubectl("get", "shot", name, "-n", namespace, "-o", "json");
      const job = JSON.parse(text) as ScreenshotJob;
      const condition = job.status?.conditions?.find(({ type }) => type === "Succeeded");
      return condition !== undefined && condition.status !== "Unknown"
        ? { job, condition }
        : undefined;
    },
    { limitSeconds: 600, pauseMilliseconds: 500 },
  );
}
