/** Who may import what. Arrows point down: roles, platform, core, api. */

export const roles = ["controller", "gateway", "worker", "egress", "local", "setup"];

/** The one folder that a package is imported in, so that the rest of the code does not know it. */
const owners: Readonly<Record<string, readonly string[]>> = {
  "@aws-sdk/client-s3": ["platform/objects"],
  "@aws-sdk/s3-request-presigner": ["platform/objects"],
  "@hpke/core": ["platform/sealing"],
  "@kubernetes/client-node": ["platform/kube"],
  "@peculiar/asn1-schema": ["platform/certificates"],
  "@peculiar/asn1-x509": ["platform/certificates"],
  "@nats-io/jetstream": ["platform/nats"],
  "@nats-io/nats-core": ["platform/nats"],
  "@nats-io/transport-node": ["platform/nats"],
  "@duckduckgo/autoconsent": ["worker"],
  "@ghostery/adblocker": ["worker"],
  "@sparticuz/chromium": ["worker"],
  "puppeteer-core": ["worker"],
  fastify: ["platform/http"],
  marked: ["worker"],
  pino: ["platform/process"],
  "prom-client": ["platform/process"],
  sharp: ["worker"],
  tldts: ["worker"],
  turndown: ["worker"],
  typebox: ["api", "local"],
  undici: ["platform/http", "platform/kube"],
  yaml: ["platform/kube"],
};

const coreMayUse = ["node:crypto", "node:net"];

/** The part of the source a file belongs to: `api`, `core`, `platform/kube`, `worker`, or `main`. */
export function partOf(path: string): string {
  const [, first = "", second = ""] = path.split("/");
  if (first === "main.ts") return "main";
  return first === "platform" ? `platform/${second}` : first;
}

/** Whether a file holds decisions only, which its name says: `job-plan.ts`, `target-policy.ts`, `retry-schedule.ts`. */
export function isDecision(path: string): boolean {
  return /-(plan|policy|schedule)\.ts$/.test(path);
}

/** Why a file may not import something, as a sentence; undefined when it may. */
export function problemOfImport(from: string, target: string): string | undefined {
  return (isDecision(from) ? problemOfDecision(target) : undefined) ?? problemByPart(from, target);
}

/** A decision is a function of its arguments: it imports no platform code and no I/O of Node.js. */
function problemOfDecision(target: string): string | undefined {
  if (target.startsWith("src/platform/"))
    return "a file that decides imports nothing of platform: pass in what it decides by";
  if (target.startsWith("node:") && !coreMayUse.includes(target))
    return "a file that decides does no I/O";
  return undefined;
}

function problemByPart(from: string, target: string): string | undefined {
  const part = partOf(from);
  if (target.startsWith("src/")) return problemOfPart(part, partOf(target), target);
  if (target.startsWith("node:")) return problemOfNode(part, target);
  if (/^(test|scripts|deploy|charts)\//.test(target))
    return "a file of src imports nothing outside src";
  return problemOfPackage(part, target);
}

function problemOfPart(from: string, to: string, target: string): string | undefined {
  if (from === to) return undefined;
  if (from === "main") return problemOfMain(to, target);
  if (from === "api") return "api is the contract: it imports nothing of ours but api";
  if (to === "api") return undefined;
  if (from === "core")
    return "core decides without the outside world: it imports only core and api";
  if (to === "core") return undefined;
  if (from.startsWith("platform/")) {
    return to === "platform/process"
      ? undefined
      : "a folder of platform imports only itself, platform/process, core and api";
  }
  if (to.startsWith("platform/")) return undefined;
  return roles.includes(to)
    ? "a role never imports another role: what two of them need belongs to core or platform"
    : "nothing imports main.ts";
}

function problemOfMain(to: string, target: string): string | undefined {
  if (to === "platform/process" || target === "src/platform/kube/crd-files.ts") return undefined;
  const isDoor = roles.includes(to) && /\/(config|run)\.ts$/.test(target);
  return isDoor ? undefined : "main.ts only picks a role: it imports run.ts and config.ts of roles";
}

function problemOfNode(part: string, target: string): string | undefined {
  if (part === "api") return "api is names and shapes: it needs nothing of Node";
  if (part === "core" && !coreMayUse.includes(target))
    return `core does no I/O: of Node it uses only ${coreMayUse.join(" and ")}`;
  return undefined;
}

function problemOfPackage(part: string, target: string): string | undefined {
  const folders = owners[/^(@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? ""];
  if (folders === undefined)
    return `the package is not in test/conformance/import-rules.ts: say there which folder wraps it`;
  if (folders.includes(part)) return undefined;
  return `only ${folders.join(" and ")} may know this package: use what that folder offers`;
}
