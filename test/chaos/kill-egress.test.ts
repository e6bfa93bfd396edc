import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import sharp from "sharp";
import { eventually } from "../support/eventually.ts";
import { LocalStills } from "../support/local-stills.ts";
import { assertColour, assertSize, decodePicture } from "../support/picture.ts";
import { colours } from "../support/site/colours.ts";
import { TakeCaller } from "../support/take-caller.ts";

/**
 * The egress proxy is killed while it has forwarded half of an image. To the browser that looks like a closed connection of the site, and
 * without recovery the picture would lack the image.
 */

const siteAddress = "127.0.53.21";

let stills: LocalStills;
let site: Server;
let image: Buffer;
/** Answers of the image of which one half is sent. */
const halves: ServerResponse[] = [];
let documents = 0;

before(async () => {
  const [r, g, b] = colours.teal;
  const create = { width: 300, height: 300, channels: 3 as const, background: { r, g, b } };
  // Not compressed, half of the bytes are half of the picture.
  image = await sharp({ create }).png({ compressionLevel: 0 }).toBuffer();
  site = createServer((request, response) => {
    if (request.url !== "/part.png") {
      documents += 1;
      response.writeHead(200, { "content-type": "text/html" });
      return response.end('<body style="margin:0"><img src="/part.png">');
    }
    response.writeHead(200, { "content-type": "image/png", "content-length": image.length });
    // The first answer stops after one half, so it is in flight until the proxy is killed.
    if (documents > 1) return response.end(image);
    halves.push(response);
    return response.write(image.subarray(0, image.length / 2));
  });
  site.listen(0, siteAddress);
  await once(site, "listening");
  stills = await LocalStills.start({ env: { STILLS_EGRESS_ALLOW_CIDRS: `${siteAddress}/32` } });
});

after(async () => {
  await stills?.stop();
  site?.closeAllConnections();
  site?.close();
});

test("an image that was in flight when the egress proxy was killed is in the picture", async () => {
  const caller = new TakeCaller(await stills.coordinates());
  const { port } = site.address() as AddressInfo;
  const answered = caller.bytes({
    ...{ url: `http://${siteAddress}:${port}/`, format: "png", timeout: 60 },
    ...{ viewport_width: 400, viewport_height: 400 },
  });
  await eventually("half of the part is sent", () => halves.length === 1);
  const { pids, metricsURLs } = await stills.coordinates();
  const [egress] = pids["egress"] ?? [];
  assert.ok(egress !== undefined);
  // The tunnel opens before the worker watches the replica that it goes through.
  await eventually("the worker watches the egress proxy", async () => {
    const metrics = await (await fetch(metricsURLs["egress"]?.[0] ?? "")).text();
    return /^stills_egress_watchers [1-9]/m.test(metrics);
  });

  await stills.killAndAwaitReplacement("egress", egress);

  const picture = await decodePicture(await answered);
  assert.equal(documents, 2, "the page was taken again");
  assertSize(picture, 400, 400);
  for (const y of [5, 150, 295]) assertColour(picture, { x: 150, y }, colours.teal);
});
