import { randomBytes } from "node:crypto";
import { readerAccessKeyID, versitygwUsersText } from "../core/storage/store-reader.ts";
import { generateCalloutKey } from "../platform/nats/callout-key.ts";
import { generateSealingKeys } from "../platform/sealing/sealing-keys.ts";
import type { SetupSettings } from "../api/settings/setup-settings.ts";

/** A Secret that is created once, with random values. */
interface PlannedSecret {
  namespace: string;
  name: string;
  generateValues: (at: SetupTime) => Record<string, string>;
}

export interface SetupTime {
  /** Whether another Secret was there already, so that gateways of an earlier version may run. */
  isUpgrade: boolean;
  nowMilliseconds: number;
}

/** How long gateways may take to be replaced in an upgrade; until then their jobs need no proof. */
const replacementMilliseconds = 3_600_000;

/** The Secrets that an installation needs, without the certificate, which is also renewed. */
export function planSecrets(settings: SetupSettings): PlannedSecret[] {
  const { namespace, accountsNamespace, fullname, natsUsers, accounts, store } = settings;
  const planned: (Omit<PlannedSecret, "namespace"> & { namespace?: string })[] = [
    ...["attempt-key", "proxy-key", "link-key"].map((name) => ({
      name,
      generateValues: () => ({ key: randomText(32) }),
    })),
    { name: "sealing", generateValues: generateSealingValues },
    { name: "job-proof-key", generateValues: generateProofValues },
    ...natsUsers.map((user) => ({
      name: `nats-${user}`,
      generateValues: () => ({ password: randomPassword() }),
    })),
    ...(natsUsers.length === 0
      ? []
      : [{ name: "nats-callout", generateValues: generateCalloutValues }]),
    ...accounts.map((account) => ({
      namespace: accountsNamespace,
      name: `account-${account}`,
      generateValues: () => ({ accessKey: randomText(16), secretKey: randomText(32) }),
    })),
  ];
  if (store)
    planned.push(
      {
        name: "store",
        generateValues: () => ({
          accessKeyID: `stills${randomText(7)}`,
          secretAccessKey: randomText(20),
        }),
      },
      { name: "store-reader", generateValues: generateReaderValues },
    );
  return planned.map((secret) => ({ namespace, ...secret, name: `${fullname}-${secret.name}` }));
}

/** A key that may only read, and the file by which versitygw knows it. */
function generateReaderValues(): Record<string, string> {
  const key = { accessKeyID: readerAccessKeyID, secretAccessKey: randomText(20) };
  return { ...key, "users.json": versitygwUsersText(key) };
}

function generateProofValues({ isUpgrade, nowMilliseconds }: SetupTime): Record<string, string> {
  const time = new Date(nowMilliseconds + (isUpgrade ? replacementMilliseconds : 0));
  return { key: randomText(32), requiredFrom: `${time.toISOString().slice(0, 19)}Z` };
}

/** The controller signs with the one who its workers are; the server knows it by the other. */
function generateCalloutValues(): Record<string, string> {
  const { privateKeyPEM, issuer } = generateCalloutKey();
  return { "private.pem": privateKeyPEM, issuer };
}

function generateSealingValues(): Record<string, string> {
  const { privateKeyPEM, publicKeyPEM } = generateSealingKeys();
  return { "private.pem": privateKeyPEM, "public.pem": publicKeyPEM };
}

function randomText(bytes: number): string {
  return randomBytes(bytes).toString("hex");
}

/** Starts with a letter: nats-server parses the value of a `$VARIABLE` in its configuration as a number if it looks like one. */
function randomPassword(): string {
  return `p${randomText(32)}`;
}
