import { join } from "node:path";
import type { LocalCoordinates } from "./coordinates.ts";
import type { PictureOutcome } from "./request-picture.ts";
import type { ServerName } from "./servers/server-sources.ts";

/** Tells the user before a start how long it takes. */
export function startupNotice(missing: { names: ServerName[]; buildSeconds: number }): string[] {
  if (missing.names.length === 0) return ["Starting Stills; this takes about 15 seconds"];
  const minutes = Math.ceil(missing.buildSeconds / 60);
  return [
    `Not on this machine yet: ${missing.names.join(", ")}`,
    `They are downloaded, which takes a minute, or built from source with Go: about ${minutes + 2} minutes on 2 cores, this time only. Later starts take about 15 seconds.`,
  ];
}

/** Commands to paste into a shell, now that Stills runs. */
export function nextSteps(
  coordinates: LocalCoordinates,
  picture: Extract<PictureOutcome, { kind: "Taken" }>,
  { url, directory }: { url: string; directory: string },
): string {
  const { gatewayURL, accessKey } = coordinates;
  const takeURL = `${gatewayURL}/take?access_key=${accessKey}&url=${encodeURIComponent(url)}`;
  const kubectl = `KUBECONFIG=${quoted(coordinates.kubeconfig)} ${quoted(coordinates.kubectl)}`;
  return `
Stills runs. The first picture is at

  ${picture.location}

To take another one (of any address you like):

  ${kubectl} apply -f - <<'END'
  apiVersion: stills.dev/v1alpha1
  kind: ScreenshotJob
  metadata: { name: example, namespace: ${coordinates.namespace} }
  spec: { url: "${url}", extent: FullPage }
END
  ${kubectl} -n ${coordinates.namespace} wait --for=condition=Succeeded --timeout=120s screenshotjob/example
  ${kubectl} -n ${coordinates.namespace} get shots -o wide

Over HTTP, compatible with ScreenshotOne; the second call answers at once and tells where to look:

  curl -sS -o picture.jpg ${quoted(takeURL)}
  curl -sS -i ${quoted(`${takeURL}&async=true`)}

In a browser, with every option and the same access key: ${gatewayURL}/

or in one line, with a copy in ${join(directory, "pictures")}:

  npm start -- --once https://example.com/

Private addresses are refused unless STILLS_EGRESS_ALLOW_CIDRS names them. Logs: ${join(directory, "logs")}
Ctrl-C stops everything.
`;
}

/** Why there is no picture, and what to do about it if that is known. */
export function failureText(
  outcome: Extract<PictureOutcome, { kind: "Failed" }>,
  url: string,
): string {
  const lines = [`No picture of ${url}. ${outcome.reason}: ${outcome.message}`];
  if (outcome.reason === "TargetNotAllowed")
    lines.push(
      "If you trust that address, allow it where Stills is started: STILLS_EGRESS_ALLOW_CIDRS=ADDRESS/32 npm start (or ADDRESS/32:PORT; several with commas)",
    );
  return lines.join("\n");
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
