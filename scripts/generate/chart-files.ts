import { kinds } from "../../src/api/kinds/kinds.ts";
import {
  natsAccounts,
  natsCalloutAccount,
  natsCalloutSeconds,
  natsSystemAccount,
} from "../../src/api/rights/nats-accounts.ts";
import { natsCalloutPermissions, natsPermissions } from "../../src/api/rights/nats-permissions.ts";
import { rbacRules } from "../../src/api/rights/rbac-rules.ts";
import { crdFileName, crdText } from "./crd.ts";
import { dashboardText } from "./dashboard/dashboard.ts";
import { seccompProfileText } from "./seccomp-profile.ts";

const folder = "charts/stills";
/** Stands where the chart puts the name of each pool in; `<pool>` itself is no token of a subject. */
const placeholder = "pool-placeholder";

/** What the chart holds that is made: CRDs, what each role may do on NATS (accounts and users) and on the API server, seccomp profile, dashboard. Path → text. */
export async function chartFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const kind of kinds) files.set(`${folder}/crds/${crdFileName(kind)}`, crdText(kind));
  files.set(
    `${folder}/files/nats-permissions.json`,
    jsonText({
      controller: natsPermissions("controller"),
      gateway: natsPermissions("gateway"),
      worker: natsPermissions("worker", { pool: placeholder }),
    }).replaceAll(placeholder, "<pool>"),
  );
  files.set(`${folder}/files/nats-accounts.json`, jsonText(natsAccounts));
  files.set(
    `${folder}/files/nats-callout.json`,
    jsonText({
      systemAccount: natsSystemAccount,
      account: natsCalloutAccount,
      timeout: natsCalloutSeconds,
      controller: natsCalloutPermissions,
    }),
  );
  files.set(`${folder}/files/rbac.json`, jsonText(rbacRules));
  files.set(`${folder}/files/dashboard.json`, dashboardText());
  files.set(`${folder}/files/seccomp/worker.json`, await seccompProfileText());
  return files;
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
