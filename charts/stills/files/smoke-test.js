import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";

const token = await readFile("/var/run/secrets/kubernetes.io/serviceaccount/token", "utf8");
const secret = await fetch(process.env.KEYS, { headers: { authorization: `Bearer ${token}` } });
if (!secret.ok) {
  console.error(`No keys of the account: ${secret.status} ${(await secret.text()).slice(0, 500)}`);
  process.exit(1);
}
const { data } = await secret.json();
const [accessKey, secretKey] = [data.accessKey, data.secretKey].map((value) =>
  Buffer.from(value, "base64").toString(),
);

// Takes one picture of a page that comes with the call, so that no name has to be resolved and no network be there.
const query = new URLSearchParams({
  access_key: accessKey,
  html: "<!doctype html><body style='margin:0;background:rgb(0,128,255)'><h1>Stills</h1>",
  format: "png",
  viewport_width: "320",
  viewport_height: "200",
}).toString();
const signature = createHmac("sha256", secretKey).update(query).digest("hex");
const url = `${process.env.GATEWAY}/take?${query}&signature=${signature}`;
const end = Date.now() + 240_000;

for (;;) {
  const problem = await problemOfTry();
  if (problem === undefined) break;
  if (Date.now() > end) {
    console.error(`No picture: ${problem}`);
    process.exit(1);
  }
  console.log(`Not yet: ${problem}`);
  await new Promise((resolve) => setTimeout(resolve, 3000));
}

async function problemOfTry() {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(100_000) });
    const body = Buffer.from(await response.arrayBuffer());
    if (response.status !== 200) return `${response.status} ${body.toString().slice(0, 500)}`;
    const isPNG = body.subarray(0, 8).equals(Buffer.from("89504e470d0a1a0a", "hex"));
    if (!isPNG) return `${body.length} bytes that are no PNG`;
    const [width, height] = [body.readUInt32BE(16), body.readUInt32BE(20)];
    if (width !== 320 || height !== 200) return `a picture of ${width} x ${height} pixels`;
    console.log(`A picture of ${width} x ${height} pixels, ${body.length} bytes`);
    return undefined;
  } catch (thrown) {
    return `${thrown.message}: ${thrown.cause?.message ?? "no answer"}`;
  }
}
