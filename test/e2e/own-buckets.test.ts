import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { endedJob, jobList, jobNames, newJobNames } from "../support/job-reader.ts";
import { bucketServices } from "../support/shared-servers/shared-stills.ts";
import { StillsClient } from "../support/stills-client.ts";
import { TakeCaller } from "../support/take-caller.ts";
import { WebhookReceiver } from "../support/webhook-receiver.ts";
import { OwnBucketWorld, putter } from "./own-bucket-world.ts";

/** Pictures in buckets of the customers': a real S3 service over https, with keys of its own that may only put objects. */

const { address } = bucketServices;
const accountsNamespace = "stills-accounts";
let world: OwnBucketWorld;

before(async () => {
  world = await OwnBucketWorld.start("own-buckets");
});

after(async () => {
  await world?.[Symbol.asyncDispose]();
});

suite("a bucket that the call names", () => {
  test("gets the picture that is answered, in the path or as host", async () => {
    for (const endpoint of [world.buckets.endpoint, world.buckets.endpointOf("shots")]) {
      const path = endpoint === world.buckets.endpoint ? "shop/by path (1)" : "shop/by-host";
      const answer = await world.caller.take(
        world.stored(path, { storage_endpoint: endpoint, storage_return_location: true }),
      );
      const bytes = Buffer.from(await answer.arrayBuffer());
      assert.equal(answer.status, 200, bytes.toString("utf8").slice(0, 500));
      const object = await world.buckets.read("shots", `${path}.png`);
      assert.ok(object.bytes.equals(bytes));
      assert.equal(object.mediaType, "image/png");
      const { headers } = answer;
      assert.equal(headers.get("x-screenshotone-store-bucket"), "shots");
      assert.equal(headers.get("x-screenshotone-store-key"), `${path}.png`);
      const base = endpoint === world.buckets.endpoint ? `${endpoint}/shots` : endpoint;
      const encoded = path.replaceAll(" ", "%20").replace("(", "%28").replace(")", "%29");
      assert.equal(headers.get("x-screenshotone-store-location"), `${base}/${encoded}.png`);
    }
  });

  test("is named in JSON and in the webhook, with the location only where it is asked for", async () => {
    const json = await world.caller.take(world.stored("json", { response_type: "json" }));
    const { store } = (await json.json()) as { store: Record<string, string> };
    assert.deepEqual(store, { bucket: "shots", key: "json.png" });

    const receiver = await WebhookReceiver.start(
      address,
      await world.stills.issueReceiverCertificate({ commonName: "receiver", hosts: [address] }),
    );
    try {
      const options = { response_type: "json", storage_return_location: true, async: true };
      await world.caller.take(
        world.stored("told", { ...options, webhook_url: `${receiver.url}/told` }),
      );
      const { body } = await eventually("the webhook", () => receiver.at("/told")[0]);
      const told = JSON.parse(body.toString()) as { store: Record<string, string> };
      assert.deepEqual(told.store, {
        ...{ bucket: "shots", key: "told.png" },
        location: `${world.buckets.endpoint}/shots/told.png`,
      });
      await world.buckets.read("shots", "told.png");
    } finally {
      await receiver.stop();
    }
  });

  test("gets documents, too, and an empty answer says where", async () => {
    const answer = await world.caller.take(
      world.stored("document", { format: "pdf", response_type: "empty" }),
    );
    assert.equal(answer.status, 200);
    assert.equal((await answer.arrayBuffer()).byteLength, 0);
    assert.equal(answer.headers.get("x-screenshotone-store-key"), "document.pdf");
    const { bytes, mediaType } = await world.buckets.read("shots", "document.pdf");
    assert.equal(bytes.subarray(0, 5).toString(), "%PDF-");
    assert.equal(mediaType, "application/pdf");
  });

  test("gets animations", async () => {
    const animate = new TakeCaller(world.at, "animate");
    const film = { format: "webm", duration: 1, stills_frames_per_second: 5 };
    const answer = await animate.take(world.stored("film", film));
    const bytes = Buffer.from(await answer.arrayBuffer());
    assert.equal(answer.status, 200, bytes.toString("utf8").slice(0, 500));
    assert.equal(answer.headers.get("x-screenshotone-store-key"), "film.webm");
    const object = await world.buckets.read("shots", "film.webm");
    assert.ok(object.bytes.equals(bytes));
    assert.equal(object.mediaType, "video/webm");
  });

  test("gets the last picture of a path", async () => {
    const first = await world.caller.bytes(world.stored("twice"));
    const last = await world.caller.bytes(world.stored("twice", { viewport_width: 400 }));
    assert.ok(!first.equals(last));
    assert.ok((await world.buckets.read("shots", "twice.png")).bytes.equals(last));
  });
});

suite("an account with a bucket of its own", () => {
  let theirs: TakeCaller;

  before(async () => {
    const name = "own-buckets-account";
    const metadata = { namespace: accountsNamespace, name };
    const bucketSecret = { namespace: accountsNamespace, name: `${name}-bucket` };
    const items = [
      {
        ...{ apiVersion: "v1", kind: "Secret", metadata },
        stringData: { accessKey: `${name}-key`, secretKey: `${name}-secret` },
      },
      { apiVersion: "v1", kind: "Secret", metadata: bucketSecret, stringData: putter },
      {
        ...{ apiVersion: "stills.dev/v1alpha1", kind: "Account", metadata },
        spec: {
          namespace: world.at.namespace,
          credentialsSecretRef: { name },
          storage: {
            ...{ bucket: "shots", endpoint: world.buckets.endpoint },
            credentialsSecretRef: { name: bucketSecret.name },
          },
        },
      },
    ];
    await world.stills.apply(JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    theirs = new TakeCaller({ gatewayURL: world.at.gatewayURL, accessKey: `${name}-key` });
    await eventually("the gateway knows the account", async () => {
      const { code } = await theirs.error({});
      return code !== "access_key_invalid";
    });
  });

  test("is Ready, and gets what its calls store", async () => {
    await eventually("the account is Ready", async () => {
      const words = ["get", "account", "own-buckets-account", "-n", accountsNamespace];
      return /\bTrue\b/.test(await world.stills.kubectl(...words));
    });
    const url = world.page("of-account");
    const bytes = await theirs.bytes({
      ...{ url, format: "png", store: true, storage_path: "of-account" },
      ...{ storage_class: "standard_ia", storage_bucket: "shots" },
    });
    assert.ok((await world.buckets.read("shots", "of-account.png")).bytes.equals(bytes));
  });

  test("is opened by the key that its Secret has now, by a repeated job, too", async () => {
    const setSecret = async (secretAccessKey: string) =>
      await world.stills.apply(
        JSON.stringify({
          ...{ apiVersion: "v1", kind: "Secret" },
          metadata: { namespace: accountsNamespace, name: "own-buckets-account-bucket" },
          stringData: { ...putter, secretAccessKey },
        }),
      );
    const options = { url: world.page("rotated"), store: true, storage_path: "rotated" };
    await setSecret("of-yesterday");
    const before_ = await jobNames(world.stills, world.at.namespace);
    const error = await theirs.error(options);
    assert.equal(error.code, "storage_access_denied");
    await assert.rejects(world.buckets.read("shots", "rotated.jpg"));
    await setSecret(putter.secretAccessKey);
    const [failed = ""] = await newJobNames(world.stills, world.at.namespace, before_);
    const retried = await fetch(`${world.at.gatewayURL}/v1/jobs/${failed}/retry`, {
      method: "POST",
      headers: { "x-access-key": "own-buckets-account-key" },
    });
    const { name } = (await retried.json()) as { name: string };
    const { namespace } = world.at;
    const { condition } = await endedJob(world.stills, { namespace, name });
    assert.equal(condition.reason, "Captured", condition.message);
    await world.buckets.read("shots", "rotated.jpg");
  });

  test("does not get what names another bucket", async () => {
    const url = world.page("elsewhere");
    const options = { url, store: true, storage_path: "elsewhere" };
    for (const other of [{ storage_bucket: "closed" }, { storage_endpoint: "https://a.example" }]) {
      const error = await theirs.error({ ...options, ...other });
      assert.equal(error.code, "invalid_storage_configuration");
      assert.match(error.message, /names another bucket than the account's/);
    }
    assert.equal(world.visits("elsewhere"), 0);
  });

  test("is for its own calls only, whatever a job says", async () => {
    const { condition } = await endOf("stolen", world.at.namespace, {
      ...{ path: "stolen", bucket: "shots", endpoint: world.buckets.endpoint },
      accountName: "own-buckets-account",
    });
    assert.equal(condition.reason, "BucketInvalid");
    assert.match(condition.message, /The job was not created by a call of the Account/);
    await assert.rejects(world.buckets.read("shots", "stolen.png"));
  });
});

/** Runs a job made with kubectl. */
async function endOf(name: string, namespace: string, storage: object) {
  const viewport = { widthPixels: 320, heightPixels: 200 };
  await world.stills.apply(
    jobList(namespace, { [name]: { url: world.page(name), viewport, storage } }),
  );
  return await endedJob(world.stills, { namespace, name });
}

suite("a job made with kubectl", () => {
  let namespace: string;
  const storage = (secret: string, path: string) => ({
    ...{ path, bucket: "shots", endpoint: world.buckets.endpoint },
    credentialsSecretRef: { name: secret },
  });

  before(async () => {
    // The controller reads Secrets of no other namespace.
    namespace = (await new StillsClient(world.stills.directory).coordinates()).namespace;
    const label = { "stills.dev/usable-by-jobs": "true" };
    const secret = (name: string, labels: object, stringData: object) => ({
      ...{ apiVersion: "v1", kind: "Secret", stringData },
      metadata: { namespace, name, labels },
    });
    const items = [
      secret("own-bucket", label, putter),
      secret("own-bucket-private", {}, putter),
      secret("own-bucket-half", label, { accessKeyID: putter.accessKeyID }),
    ];
    await world.stills.apply(JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  });

  test("puts its copy with the keys of a Secret, and says where", async () => {
    const { job } = await endOf("own-bucket-job", namespace, storage("own-bucket", "kubectl/one"));
    const { location, artifact } = job.status ?? {};
    assert.equal(location, `${world.buckets.endpoint}/shots/kubectl/one.png`);
    assert.equal(artifact?.bucket, world.at.objects.bucket);
    const { bytes } = await world.buckets.read("shots", "kubectl/one.png");
    assert.equal(bytes.length, artifact?.sizeBytes);
  });

  test("says which Secret it may not use, and what one lacks", async () => {
    for (const [secret, message] of [
      ["own-bucket-private", /No Secret 'own-bucket-private' may be used by jobs.*usable-by-jobs/],
      ["own-bucket-none", /No Secret 'own-bucket-none' may be used by jobs/],
      ["own-bucket-half", /The Secret 'own-bucket-half' .*has no secretAccessKey/],
    ] as const) {
      const { condition } = await endOf(`job-of-${secret}`, namespace, storage(secret, secret));
      assert.equal(condition.reason, "BucketInvalid");
      assert.match(condition.message, message);
    }
  });
});
