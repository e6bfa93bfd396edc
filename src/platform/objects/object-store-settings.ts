import type { EnvReader } from "../process/env.ts";
import { readStoreEndpoint } from "../process/shared-settings.ts";

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
    endpoint: readStoreEndpoint(env),
    region: env.string("STILLS_STORE_REGION", {
      text: "Region of the object store.",
      default: "us-east-1",
    }),
    bucket: env.string("STILLS_STORE_BUCKET", { text: "Bucket of the operator." }),
    accessKeyID: env.secretFile("STILLS_STORE_ACCESS_KEY_ID_FILE", {
      text: "File with the access key of the object store.",
    }),
    secretAccessKey: env.secretFile("STILLS_STORE_SECRET_ACCESS_KEY_FILE", {
      text: "File with the secret key of the object store.",
    }),
  };
}
