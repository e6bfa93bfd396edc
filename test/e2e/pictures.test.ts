import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, suite, test } from "node:test";
import type { ScreenshotJob } from "../../src/api/kinds/resource-types.ts";
import { eventually } from "../support/eventually.ts";
import { consentSelectors, expectedPictures } from "../support/expected-pictures.ts";
import { endedJob, jobList } from "../support/job-reader.ts";
import { StillsTenant } from "../support/shared-servers/stills-tenant.ts";
import { decodePicture, type DecodedPicture } from "../support/picture.ts";
import { type realisticPages, startSite, type Site } from "../support/site/serve.ts";
import { captureStream } from "./capture-stream.ts";

/*
 * Captures every page of the test site through the whole system, as a user does: kubectl applies the jobs, and the pictures are
 * downloaded from the location in their status. All jobs are applied at once; each test checks one.
 */
const siteAddress = "127.0.53.4";
const namespace = "pictures";

interface Asked {
  path: string;
  /** The job's spec without its URL. */
  spec?: Record<string, unknown>;
  shows: (picture: DecodedPicture) => void;
  format?: "png" | "jpeg" | "webp";
  /** Matches the message of the condition; default: size and bytes only. */
  message?: RegExp;
}

/** One per page; the type requires all. */
const pages: Record<(typeof realisticPages)[number], Omit<Asked, "path">> = {
  "/shop": { shows: expectedPictures.shop },
  "/article": { spec: { extent: "FullPage" }, shows: expectedPictures.wholeArticle },
  "/fonts": { shows: expectedPictures.fonts },
  "/languages": { shows: expectedPictures.languages },
  "/never-idle": {
    spec: { wait: { until: ["Load", "NetworkIdle2"] }, captureTimeoutSeconds: 30 },
    shows: expectedPictures.neverIdle,
    message: /; NetworkIdle2 did not come within \d+ s/,
  },
  "/slow-third-party": {
    spec: { format: "JPEG", quality: 90 },
    shows: expectedPictures.slowThirdParty,
    format: "jpeg",
  },
  "/consent": {
    spec: { wait: { selector: "#consent" }, hideSelectors: consentSelectors },
    shows: expectedPictures.consentHidden,
  },
  "/redirects": {
    spec: { format: "WebP", quality: 90 },
    shows: expectedPictures.endOfRedirects,
    format: "webp",
  },
};

const storagePath = "shop/autumn banner";
const asked: Readonly<Record<string, Asked>> = {
  ...Object.fromEntries(
    Object.entries(pages).map(([path, page]) => [path.slice(1), { path, ...page }]),
  ),
  banner: {
    path: "/shop",
    spec: {
      extent: "Element",
      element: { selector: ".banner" },
      storage: { path: storagePath },
    },
    shows: expectedPictures.bannerOfShop,
  },
};
/** Long enough for a machine under load; nothing here depends on time. */
const patience = {
  activeDeadlineSeconds: 600,
  captureTimeoutSeconds: 120,
  navigationTimeoutSeconds: 90,
};

let site: Site;
let stills: StillsTenant;

before(async () => {
  site = await startSite({ host: siteAddress });
  stills = await StillsTenant.create(namespace);
  await stills.apply(
    jobList(
      namespace,
      Object.fromEntries(
        Object.entries(asked).map(([name, { path, spec }]) => [
          name,
          { url: site.url + path, ...patience, ...spec },
        ]),
      ),
    ),
  );
});

after(async () => {
  await stills?.[Symbol.asyncDispose]();
  await site?.close();
});

suite("pictures through the whole system", () => {
  for (const [name, { path, shows, format = "png", message }] of Object.entries(asked))
    test(`${name}: the picture of ${path} shows the page, and the status is correct`, async () => {
      const { job, condition } = await endedJob(stills, { namespace, name });
      assert.equal(condition.status, "True", condition.message);
      assert.equal(condition.reason, "Captured");

      const { bytes, mediaType } = await download(job.status?.location);
      const picture = await decodePicture(bytes);

      shows(picture);
      assert.equal(picture.format, format);
      assert.equal(mediaType, `image/${format}`);
      assertDescribes(job, bytes, picture);
      const size = `${picture.width} x ${picture.height} pixels and ${bytes.length} bytes`;
      assert.ok(condition.message.startsWith(`A picture of ${size} is stored`), condition.message);
      if (message === undefined) assert.ok(condition.message.endsWith("is stored"));
      else assert.match(condition.message, message);
    });

  test("a picture is stored at its artifact, with storage.path also below stored/ of its namespace", async () => {
    const plain = await placesOf("shop");
    const stored = await placesOf("banner");

    assert.equal(plain.location, await locationOf(plain.key));
    assert.ok(stored.key.startsWith(`artifacts/${namespace}/${stored.uid}/`), stored.key);
    assert.equal(stored.location, await locationOf(`stored/${namespace}/${storagePath}.png`));
    const copy = await download(stored.location);
    const original = await download(await locationOf(stored.key));
    assert.ok(copy.bytes.equals(original.bytes));
  });

  test("kubectl wait sees that a job has succeeded", async () => {
    const said = await stills.kubectl(
      ...["wait", "-n", namespace, "--for=condition=Succeeded", "--timeout=600s"],
      ...Object.keys(asked).map((name) => `shot/${name}`),
    );

    assert.equal(
      said,
      Object.keys(asked)
        .map((name) => `screenshotjob.stills.dev/${name} condition met\n`)
        .join(""),
    );
  });

  test("kubectl get shots shows outcome, reason and attempts; -o wide also page and picture", async () => {
    const { job } = await endedJob(stills, { namespace, name: "shop" });

    const narrow = rowsOf(await stills.kubectl("get", "shots", "-n", namespace));
    const wide = rowsOf(await stills.kubectl("get", "shots", "-n", namespace, "-o", "wide"));

    assert.deepEqual(narrow[0], ["NAME", "SUCCEEDED", "REASON", "ATTEMPTS", "AGE"]);
    assert.deepEqual(wide[0], [...(narrow[0] ?? []), "URL", "LOCATION", "DURATION(MS)"]);
    const row = wide.find(([first]) => first === "shop") ?? [];
    assert.deepEqual(row.slice(0, 3), ["shop", "True", "Captured"]);
    assert.equal(row[3], String(job.status?.attempts));
    const { location, durationMilliseconds } = job.status ?? {};
    assert.deepEqual(row.slice(5), [`${site.url}/shop`, location, String(durationMilliseconds)]);
  });

  test("each job has left JetStream, and the API server still has it", async () => {
    const names = Object.keys(asked);
    const uids: string[] = [];
    for (const name of names)
      uids.push((await endedJob(stills, { namespace, name })).job.metadata.uid);
    const coordinates = await stills.coordinates();

    const { lastSequence } = await eventually("no request of them is on the stream", async () => {
      const stream = await captureStream(coordinates);
      const subjectsLeft = [...stream.subjects];
      const isLeft = (uid: string) => subjectsLeft.some((subject) => subject.endsWith(uid));
      return !uids.some(isLeft) && stream;
    });

    assert.ok(lastSequence >= names.length, `${lastSequence} messages for ${names.length} jobs`);
    const kept = await stills.kubectl(
      ...["get", "shots", "-n", namespace, "-o", "jsonpath={.items[*].metadata.name}"],
    );
    const left = new Set(kept.split(" "));
    assert.deepEqual(
      names.filter((name) => !left.has(name)),
      [],
    );
  });
});

function assertDescribes(job: ScreenshotJob, bytes: Buffer, picture: DecodedPicture): void {
  const { key, bucket, ...facts } = job.status?.artifact ?? {};
  assert.ok(key !== undefined && bucket !== undefined);
  assert.deepEqual(facts, {
    digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`,
    sizeBytes: bytes.length,
    mediaType: `image/${picture.format}`,
    widthPixels: picture.width,
    heightPixels: picture.height,
  });
}

async function placesOf(name: string): Promise<{ uid: string; key: string; location: string }> {
  const { job } = await endedJob(stills, { namespace, name });
  const { artifact, location } = job.status ?? {};
  assert.ok(artifact !== undefined && location !== undefined, `${name} has no picture`);
  return { uid: job.metadata.uid, key: artifact.key, location };
}

/** Downloads without credentials, as a browser does. */
async function download(location = ""): Promise<{ bytes: Buffer; mediaType: string | null }> {
  const response = await fetch(location);
  assert.equal(response.status, 200, location);
  return {
    bytes: Buffer.from(await response.arrayBuffer()),
    mediaType: response.headers.get("content-type"),
  };
}

async function locationOf(key: string): Promise<string> {
  const { endpoint, bucket } = (await stills.coordinates()).objects;
  return `${endpoint}/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
}

/** The cells of a kubectl table, which are separated by two or more blanks. */
function rowsOf(table: string): string[][] {
  return table
    .trimEnd()
    .split("\n")
    .map((line) => line.trim().split(/ {2,}/));
}
