import assert from "node:assert/strict";
import { test } from "node:test";
import { cacheKeyOf } from "./cache-key.ts";
import { rawOptionsOfBody, rawOptionsOfQuery } from "./raw-options.ts";
import { parseTakeRequest } from "./take-request.ts";

const base = "url=https://example.com/&cache=true";

const spec = { namespace: "marketing", credentialsSecretRef: { name: "a" }, poolName: "default" };
const shop: Parameters<typeof cacheKeyOf>[1] = {
  uid: "1",
  spec: { ...spec, requireSignature: false, suspended: false },
};

function keyOf(query: string, account = shop, digestKey = "k"): string {
  const request = parseTakeRequest(rawOptionsOfQuery(`${base}&${query}`));
  return cacheKeyOf(request, account, digestKey);
}

test("calls for the same picture have the same key, however they are written, answered and notified", () => {
  const key = keyOf("block_ads=true&headers=X-A:1");
  for (const query of [
    "headers=X-A:1&block_ads=TRUE",
    "block_ads=true&headers=X-A:1&format=jpg&viewport_width=1280&full_page=false",
    "block_ads=true&headers=X-A:1&response_type=json&attachment_name=a&access_key=b",
    "block_ads=true&headers=X-A:1&external_identifier=a&webhook_url=https://hooks.example.com/",
    "block_ads=true&headers=X-A:1&cache_ttl=86400&metadata_image_size=true",
  ])
    assert.equal(keyOf(query), key, query);
  const body = { url: "https://example.com/", cache: "true", block_ads: "true", headers: "X-A:1" };
  const posted = parseTakeRequest(rawOptionsOfBody(body));
  assert.equal(cacheKeyOf(posted, shop, "k"), key);
});

test("whatever changes the picture, what is told of the page, or where it is stored changes the key; so do account and installation", () => {
  const keys = [
    keyOf(""),
    keyOf("format=png"),
    keyOf("block_ads=true"),
    keyOf("headers=X-A:1"),
    keyOf("headers=X-A:2"),
    keyOf("authorization=a"),
    keyOf("cookies=a=b"),
    keyOf("scripts=a"),
    keyOf("metadata_page_title=true"),
    keyOf("metadata_content=true"),
    keyOf("store=true&storage_path=a"),
    keyOf("store=true&storage_path=b"),
    keyOf("store=true&storage_path=b&storage_bucket=mine"),
    keyOf("store=true&storage_path=b&storage_endpoint=https://s3.example.com"),
    keyOf("store=true&storage_path=b&storage_acl=public-read"),
    keyOf("store=true&storage_path=b&storage_access_key_id=1&storage_secret_access_key=2"),
    keyOf("store=true&storage_path=b", {
      ...shop,
      spec: { ...shop.spec, storage: { bucket: "b" } },
    }),
    keyOf("cache_key=a"),
    keyOf("cache_key=b"),
    keyOf("", { ...shop, uid: "2" }),
    keyOf("", { ...shop, spec: { ...shop.spec, targets: { deny: ["example.com"] } } }),
    keyOf("", { ...shop, spec: { ...shop.spec, poolName: "other" } }),
    keyOf("", shop, "another installation"),
  ];
  assert.equal(new Set(keys).size, keys.length);
});
