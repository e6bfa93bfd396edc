import { writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { Condition, ScreenshotJob } from "../api/kinds/resource-types.ts";
import { KubeError } from "../platform/kube/kube-error.ts";
import { ResourceClient } from "../platform/kube/resource-client.ts";
import type { KubeObject } from "../platform/kube/kube-object.ts";
import { screenshotJobType, screenshotJobs } from "../platform/kube/resources.ts";
import type { KubeTransport } from "../platform/kube/transport.ts";
import { Deadline } from "../platform/process/deadline.ts";

interface PictureRequest {
  namespace: string;
  /** The job's name begins with it. */
  namePrefix: string;
  url: string;
}

export type PictureOutcome =
  | { kind: "Taken"; name: string; location: string }
  | { kind: "Failed"; name: string; reason: string; message: string };

const pollMilliseconds = 150;
/** The job's own deadline, and some time for the controller to enforce it. */
const limitMilliseconds = 180_000;
const downloadLimitMilliseconds = 30_000;

/** Creates a job as a user would and waits for its end. */
export async function takePicture(
  transport: KubeTransport,
  request: PictureRequest,
  signal: AbortSignal,
): Promise<PictureOutcome> {
  const { namespace, namePrefix, url } = request;
  const name = `${namePrefix}-${Date.now().toString(36)}`;
  const client = new ResourceClient<KubeObject & { spec: unknown }>(transport, screenshotJobType);
  try {
    await client.create({ metadata: { namespace, name }, spec: { url } }, { signal });
  } catch (thrown) {
    if (!(thrown instanceof KubeError)) throw thrown;
    return { kind: "Failed", name, reason: "Refused by the API server", message: thrown.message };
  }
  return await outcomeOf(transport, { namespace, name }, signal);
}

async function outcomeOf(
  transport: KubeTransport,
  key: { namespace: string; name: string },
  signal: AbortSignal,
): Promise<PictureOutcome> {
  using deadline = new Deadline({ milliseconds: limitMilliseconds, parents: [signal] });
  for (;;) {
    const job = await screenshotJobs(transport).get(key, { signal: deadline.signal });
    const condition = succeededOf(job);
    if (condition?.status === "True")
      return { kind: "Taken", name: key.name, location: job.status?.location ?? "" };
    if (condition?.status === "False")
      return {
        kind: "Failed",
        name: key.name,
        reason: condition.reason,
        message: condition.message,
      };
    await delay(pollMilliseconds, undefined, { signal: deadline.signal });
  }
}

function succeededOf(job: ScreenshotJob): Condition | undefined {
  return job.status?.conditions?.find(({ type }) => type === "Succeeded");
}

/** Fetches a picture from its location, which is readable without a key here. */
export async function savePicture(
  location: string,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  using deadline = new Deadline({ milliseconds: downloadLimitMilliseconds, parents: [signal] });
  const response = await fetch(location, { signal: deadline.signal });
  if (!response.ok) throw new Error(`${location} answered ${response.status}`);
  await writeFile(path, new Uint8Array(await response.arrayBuffer()));
}
