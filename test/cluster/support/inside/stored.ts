import { readFile } from "node:fs/promises";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";

/* Inside a gateway: reads the object BUCKET KEY with the gateway's own key, and writes it in base64. */

const [, bucket = "", key = ""] = process.argv;
const setting = (name: string): string => process.env[`STILLS_STORE_${name}`] ?? "";
const secret = async (name: string): Promise<string> =>
  (await readFile(setting(`${name}_FILE`), "utf8")).trim();

const store = new S3Client({
  endpoint: setting("ENDPOINT"),
  region: setting("REGION") || "us-east-1",
  forcePathStyle: true,
  credentials: {
    accessKeyId: await secret("ACCESS_KEY_ID"),
    secretAccessKey: await secret("SECRET_ACCESS_KEY"),
  },
});
const { Body } = await store.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
console.log(await Body?.transformToString("base64"));
process.exit(0);
