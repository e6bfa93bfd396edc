import { apiVersion } from "../../../src/api/settings/kubernetes-names.ts";
import type { Account } from "../../../src/api/kinds/resource-types.ts";
import { accounts, secrets } from "../../../src/platform/kube/resources.ts";
import { eventually } from "../../support/eventually.ts";
import { tenant } from "../../support/installation/installation.ts";
import type { Installation } from "../../support/installation/installation.ts";
import type { GatewayProcess } from "../../support/installation/gateway-process.ts";

export interface Answered {
  status: number;
  code: string | undefined;
  message: string;
  retryAfter: string | null;
  location: string | null;
}

/** Calls `/take` asynchronously with the key of `createAccount`. */
export async function call(
  gateway: GatewayProcess,
  account: string,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const query = new URLSearchParams({ access_key: account, url: "https://example.com/" });
  const answer = await fetch(`${gateway.url}/take?${query.toString()}&async=true`, { headers });
  const text = await answer.text();
  const body = text === "" ? {} : (JSON.parse(text) as Record<string, string>);
  return {
    status: answer.status,
    code: body["error_code"],
    message: body["error_message"] ?? "",
    retryAfter: answer.headers.get("retry-after"),
    location: answer.headers.get("location"),
  };
}

/** `Authorization` of an account of `createAccount`, for native routes. */
export function bearerOf(account: string): Record<string, string> {
  return { authorization: `Bearer ${secretKeyOf(account)}` };
}

export function secretKeyOf(account: string): string {
  return `${account}-secret`;
}

/** Creates an account with its name as access key, and waits until every gateway has read it. */
export async function createAccount(
  world: Installation,
  gateways: readonly GatewayProcess[],
  name: string,
  spec: Partial<Account["spec"]> = {},
): Promise<void> {
  const metadata = { namespace: world.accountsNamespace, name };
  await secrets(world.transport).create({
    metadata,
    stringData: { accessKey: name, secretKey: secretKeyOf(name) },
  });
  await accounts(world.transport).create({
    apiVersion,
    metadata,
    spec: { namespace: tenant, credentialsSecretRef: { name }, ...spec },
  });
  for (const gateway of gateways)
    await eventually(`${gateway.url} knows ${name}`, async () => {
      const answer = await fetch(`${gateway.url}/v1/jobs`, { headers: bearerOf(name) });
      await answer.arrayBuffer();
      return answer.ok;
    });
}
