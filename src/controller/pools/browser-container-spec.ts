import type { BrowserPoolSpec } from "../../api/kinds/resource-types.ts";
import type { WorkerPodSettings } from "../../api/settings/worker-pod-settings.ts";

/** Not the user of the other containers, so that it owns none of their files. */
const browserID = 65_533;
/** The pod has one network, and the worker has 9090. */
const probePort = 9091;
const temporaryFolder = "/tmp";
/** Where the worker listens for the launcher, and the launcher dials. */
export const socketsFolder = "/run/stills/browser";

/** Of both containers. */
export const socketsVolume = "browser-sockets";

/** What every container of the pod is denied. */
export const containerSecurity = {
  allowPrivilegeEscalation: false,
  privileged: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

/**
 * The container of Chromium: a native sidecar, so that it is there before the worker and ends after it. It has no secret, no token and no
 * right; the folder of the sockets is all that it shares with the worker, and it cannot write there.
 */
export function browserContainer({
  spec,
  settings,
}: {
  spec: BrowserPoolSpec;
  settings: WorkerPodSettings;
}): Record<string, unknown> {
  const { engine, sandbox } = spec.browser;
  const environment = {
    HOME: temporaryFolder,
    TMPDIR: temporaryFolder,
    STILLS_BROWSER_SOCKETS_DIR: socketsFolder,
    STILLS_BROWSER_ENGINE: engine,
    STILLS_BROWSER_SANDBOX: sandbox,
    STILLS_METRICS_PORT: String(probePort),
    STILLS_LOG_LEVEL: settings.logLevel,
  };
  const probe = { httpGet: { path: "/livez", port: probePort }, timeoutSeconds: 5 };
  return {
    name: "chromium",
    image: settings.image,
    imagePullPolicy: settings.imagePullPolicy,
    args: ["worker", "browser"],
    restartPolicy: "Always",
    env: Object.entries(environment).map(([name, value]) => ({ name, value })),
    resources: spec.pod?.resources ?? defaultResources(spec.slotsPerPod),
    securityContext: {
      ...containerSecurity,
      runAsUser: browserID,
      runAsGroup: browserID,
      seccompProfile: { ...settings.seccompProfile },
    },
    // The worker's container is started when it succeeds.
    startupProbe: { ...probe, periodSeconds: 1, failureThreshold: 60 },
    livenessProbe: { ...probe, periodSeconds: 20, failureThreshold: 3 },
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: "browser-tmp", mountPath: temporaryFolder },
      { name: "shared-memory", mountPath: "/dev/shm" },
      { name: socketsVolume, mountPath: socketsFolder, readOnly: true },
    ],
  };
}

/** The volumes that the container of Chromium needs, two of its own and the one with the sockets. */
export function browserVolumes(settings: WorkerPodSettings): Record<string, unknown>[] {
  return [
    { name: "browser-tmp", emptyDir: { sizeLimit: "2Gi" } },
    { name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: settings.sharedMemory } },
    { name: socketsVolume, emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
  ];
}

/** Measured needs of a browser with this many pages, for pools that set no resources. */
function defaultResources(slots: number): Record<string, unknown> {
  return {
    requests: { cpu: `${250 * slots}m`, memory: `${512 + 256 * slots}Mi` },
    limits: { memory: `${1024 + 512 * slots}Mi` },
  };
}
