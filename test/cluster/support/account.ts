import { get } from "./kubectl.ts";
import type { KubeObject } from "./kubectl.ts";
import { accountsNamespace, gatewayURL } from "./release.ts";

export interface AccountKeys {
  accessKey: string;
  secretKey: string;
  /** Where its jobs go. */
  namespace: string;
}

/** The account that the chart makes, with the keys that the installation made for it. */
export async function account(): Promise<AccountKeys> {
  const { spec } = await get<
    KubeObject & { spec: { namespace: string; credentialsSecretRef: { name: string } } }
  >("account", "default", accountsNamespace);
  const { data } = await get<KubeObject & { data: Record<string, string> }>(
    "secret",
    spec.credentialsSecretRef.name,
    accountsNamespace,
  );
  const value = (key: string): string => Buffer.from(data[key] ?? "", "base64").toString();
  return {
    accessKey: value("accessKey"),
    secretKey: value("secretKey"),
    namespace: spec.namespace,
  };
}

/** Calls `/take` through the gateway's Service with the keys of the chart's account. */
export async function takeURL(options: Readonly<Record<string, string>>): Promise<string> {
  const { accessKey } = await account();
  const query = new URLSearchParams({ access_key: accessKey, ...options });
  return `${gatewayURL}/take?${query.toString()}`;
}
