export interface FlagOptions {
  /** Chromium's profile; a folder of this one browser. */
  profileFolder: string;
  sandboxed: boolean;
  /** Whether /dev/shm holds enough for the pictures of a few pages. */
  sharedMemory: boolean;
}

/** What a runaway page may take before only that page crashes; without it, the whole pod would be killed. */
const pageHeapMebibytes = 512;

/**
 * All flags of our Chromium; nothing of puppeteer's own defaults is taken over unseen.
 * The network group is a boundary (notes 6.1: each was tried with a page that attacks it), the rest is taste.
 */
export function browserFlags(options: FlagOptions): string[] {
  return [
    "--headless",
    "--remote-debugging-pipe",
    `--user-data-dir=${options.profileFolder}`,
    ...networkFlags,
    ...quietFlags,
    ...sameEverywhereFlags,
    ...unattendedFlags,
    `--js-flags=--max-old-space-size=${pageHeapMebibytes}`,
    `--disable-features=${disabledFeatures.join(",")}`,
    ...(options.sandboxed ? [] : ["--no-sandbox"]),
    ...(options.sharedMemory ? [] : ["--disable-dev-shm-usage"]),
    // No start page: it would be a renderer that nobody uses.
    "--no-startup-window",
  ];
}

/** Contexts bring their own proxy; these leave Chromium no other way out. */
const networkFlags = [
  // What belongs to no context (there should be nothing) meets a closed port.
  "--proxy-server=http://127.0.0.1:9",
  // By default Chromium goes to loopback addresses directly, past the proxy.
  "--proxy-bypass-list=<-loopback>",
  // By default WebRTC sends UDP past the proxy.
  "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
  "--webrtc-ip-handling-policy=disable_non_proxied_udp",
  // Names are the proxy's business; Chromium itself resolves nothing.
  "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
  "--disable-quic",
];

const quietFlags = [
  "--disable-background-networking",
  "--disable-breakpad",
  "--disable-client-side-phishing-detection",
  "--disable-component-update",
  "--disable-crash-reporter",
  "--disable-default-apps",
  "--disable-domain-reliability",
  "--disable-extensions",
  "--disable-sync",
  "--metrics-recording-only",
  "--no-default-browser-check",
  "--no-first-run",
  "--no-pings",
  "--no-service-autorun",
  "--password-store=basic",
  "--use-mock-keychain",
];

/** The same page gives the same picture on every machine. */
const sameEverywhereFlags = [
  "--disable-gpu",
  "--disable-lcd-text",
  "--font-render-hinting=none",
  "--force-color-profile=srgb",
  "--hide-scrollbars",
  "--lang=en-US",
  "--mute-audio",
];

/** Nobody looks at the window, nobody answers a question, and pages in the background work at full speed. */
const unattendedFlags = [
  "--allow-pre-commit-input",
  "--deny-permission-prompts",
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-hang-monitor",
  "--disable-prompt-on-repost",
  "--disable-renderer-backgrounding",
];

const disabledFeatures = [
  "AcceptCHFrame",
  "MediaRouter",
  "OptimizationHints",
  "Translate",
  "WebBluetooth",
];
