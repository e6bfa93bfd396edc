import { randomBytes } from "node:crypto";
import { generateSealingKeys } from "../platform/sealing/sealing-keys.ts";
import type { SetupSettings } from "./config.ts";

/** A Secret that is made once, with values that nobody has chosen. */
export interface PlannedSecret {
  name: string;
  makeValues: () => Record<string, string>;
}

/** The Secrets that an installation needs, but for the certificate, which is renewed. */
export function planSecrets(settings: SetupSettings): PlannedSecret[] {
  const { fullname, natsUsers, accounts, store } = settings;
  const planned: PlannedSecret[] = [
    ...["attempt-key", "proxy-key", "link-key"].map((name) => ({
      name,
      makeValues: () => ({ key: randomText(32) }),
    })),
    { name: "sealing", makeValues: makeSealingKeys },
    ...natsUsers.map((user) => ({
      name: `nats-${user}`,
      makeValues: () => ({ password: randomPassword() }),
    })),
    ...accounts.map((account) => ({
      name: `account-${account}`,
      makeValues: () => ({ accessKey: randomText(16), secretKey: randomText(32) }),
    })),
  ];
  if (store)
    planned.push({
      name: "store",
      makeValues: () => ({
        accessKeyID: `stills${randomText(7)}`,
        secretAccessKey: randomText(20),
      }),
    });
  return planned.map((secret) => ({ ...secret, name: `${fullname}-${secret.name}` }));
}

function makeSealingKeys(): Record<string, string> {
  const { privateKeyPEM, publicKeyPEM } = generateSealingKeys();
  return { "private.pem": privateKeyPEM, "public.pem": publicKeyPEM };
}

function randomText(bytes: number): string {
  return randomBytes(bytes).toString("hex");
}

/** Begins with a letter: nats-server reads `$VARIABLE` of its configuration as a number where it looks like one. */
function randomPassword(): string {
  return `p${randomText(32)}`;
}
