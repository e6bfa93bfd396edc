import type { EnvReader } from "../process/env.ts";

export interface NatsSettings {
  /** `nats://host:port` or `tls://host:port`. */
  url: string;
  user: string;
  passwordFile?: string;
  tokenFile?: string;
  caFile?: string;
  /** Only where there is no file, as in tests. */
  password?: string;
}

/** The STILLS_NATS_ variables, the same for each role that talks to NATS. */
export function readNatsSettings(env: EnvReader, defaultUser: string): NatsSettings {
  const url = env.url("STILLS_NATS_URL", {
    text: "The NATS server.",
    protocols: ["nats:", "tls:"],
  });
  const caFile = "STILLS_NATS_CA_FILE";
  if (env.has(caFile) && url !== "" && !url.startsWith("tls:"))
    env.refuse(caFile, "left out where STILLS_NATS_URL does not begin with tls://");
  return {
    url,
    user: env.string("STILLS_NATS_USER", {
      text: "User on the NATS server.",
      defaultText: "the role; of a worker `worker-<pool>`",
      default: defaultUser,
    }),
    ...(env.has("STILLS_NATS_PASSWORD_FILE") && {
      passwordFile: env.string("STILLS_NATS_PASSWORD_FILE", {
        text: "File with the password of STILLS_NATS_USER.",
      }),
    }),
    ...(env.has(caFile) && {
      caFile: env.string("STILLS_NATS_CA_FILE", {
        text: "File (PEM) with the authorities that may have signed the certificate of the NATS server; read again at every connection attempt.",
        defaultText: "those of the system",
      }),
    }),
  };
}
