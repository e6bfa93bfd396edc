import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Condition, ScreenshotJob } from "../../../src/api/kinds/resource-types.ts";
import { eventually } from "../../support/eventually.ts";
import { assertColour, decodePicture } from "../../support/picture.ts";
import type { DecodedPicture } from "../../support/picture.ts";
import { apply, list, runScript } from "./kubectl.ts";
import { names, operatorNamespace } from "./release.ts";
import { stageNamespace } from "./stage.ts";

/** The colour of the site's page. */
export const green = [0, 128, 0] as const;

/** Applies jobs in the tests' namespace as a user does. */
export async function applyJobs(
  specs: Readonly<Record<string, Record<string, unknown>>>,
): Promise<void> {
  await apply(
    ...Object.entries(specs).map(([name, spec]) => ({
      apiVersion: "stills.dev/v1alpha1",
      kind: "ScreenshotJob",
      metadata: { name, namespace: stageNamespace },
      spec,
    })),
  );
}

export async function jobs(): Promise<ScreenshotJob[]> {
  return (await list("shot", { namespace: stageNamespace })) as unknown as ScreenshotJob[];
}

export function summaryOf(job: ScreenshotJob): Condition | undefined {
  return job.status?.conditions?.find(({ type }) => type === "Succeeded");
}

/** Waits until each has ended, and fails unless each has a picture. */
export async function allSucceed(jobNames: readonly string[]): Promise<ScreenshotJob[]> {
  const ended = await eventually(
    `${jobNames.length} jobs have ended`,
    async () => {
      const wanted = (await jobs()).filter(({ metadata }) => jobNames.includes(metadata.name));
      const open = wanted.filter((job) => (summaryOf(job)?.status ?? "Unknown") === "Unknown");
      return wanted.length === jobNames.length && open.length === 0 ? wanted : undefined;
    },
    { limitSeconds: 420, pauseMilliseconds: 500 },
  );
  for (const job of ended) {
    const { status, message } = summaryOf(job) ?? {};
    assert.equal(status, "True", `${job.metadata.name}: ${message}`);
  }
  return ended;
}

/** The picture of a finished job, read from the object store by a gateway and compared with the status. */
export async function storedPicture(job: ScreenshotJob): Promise<DecodedPicture> {
  const artifact = job.status?.artifact;
  assert.ok(artifact !== undefined, `${job.metadata.name} has no picture`);
  const gateway = { namespace: operatorNamespace, pod: `deployment/${names.gateway}` };
  const text = await runScript(gateway, "stored.ts", artifact.bucket, artifact.key);
  const bytes = Buffer.from(text, "base64");
  assert.equal(bytes.byteLength, artifact.sizeBytes);
  assert.equal(`sha256:${createHash("sha256").update(bytes).digest("hex")}`, artifact.digest);
  return decodePicture(bytes);
}

/** Fails unless a picture shows the site's page. */
export function assertGreen(picture: DecodedPicture): void {
  assertColour(picture, { x: picture.width / 2, y: picture.height / 2 }, green, 12);
}
