import type { EnvReader } from "../process/env.ts";

export interface ObjectStoreSettings {
  endpoint: string;
  region: string;
  bucket: string;
  accessKeyID: string;
  secretAccessKey: string;
}

/** The STILLS_STORE_ variables that each role with a key of the operator's bucket needs. */
export function readObjectStoreSettings(env: EnvReader): ObjectStoreSettings {
  return {
    endpoint: env.url("STILLS_STORE_ENDPOINT", { protocols: ["http:", "https:"] }),
    region: env.string("STILLS_STORE_REGION", { default: "us-east-1" }),
    bucket: env.string("STILLS_STORE_BUCKET"),
    accessKeyID: env.secretFile("STILLS_STORE_ACCESS_KEY_ID_FILE"),
    secretAccessKey: env.secretFile("STILLS_STORE_SECRET_ACCESS_KEY_FILE"),
  };
}
