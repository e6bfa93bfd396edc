import assert from "node:assert/strict";
import { test } from "node:test";
import { aJob } from "../../../test/support/job-records.ts";
import { contentLink } from "./content-link.ts";
import { readPictureLink } from "./picture-link.ts";

const options = { publicURL: "https://shots.example.com", linkKey: "k".repeat(32) };
const artifact = {
  ...{ bucket: "stills", key: "artifacts/marketing/u/2.png", digest: `sha256:${"0".repeat(64)}` },
  ...{ sizeBytes: 7, mediaType: "image/png" },
};
const completionTime = "2026-11-24T12:00:09Z";

test("the content of a page is beside its picture, for four hours", () => {
  const content = { format: "Markdown", sizeBytes: 12 } as const;
  const job = aJob({}, { artifact, completionTime, metadata: { content } });
  const link = contentLink(job, options);
  assert.equal(link?.format, "markdown");
  assert.equal(link.expires, "Tue, 24 Nov 2026 16:00:09 GMT");
  const [address, token = ""] = link.url.split("/v1/pictures/");
  assert.equal(address, options.publicURL);
  assert.deepEqual(readPictureLink(token, options.linkKey, Date.parse(completionTime)), {
    key: "artifacts/marketing/u/2.md",
    mediaType: "text/markdown; charset=utf-8",
    expires: Date.parse("2026-11-24T16:00:09Z") / 1000,
  });
});

test("there is no link to what was not kept", () => {
  const job = aJob({}, { artifact, completionTime, metadata: { pageTitle: "Prices" } });
  assert.equal(contentLink(job, options), undefined);
});
