interface FlagOptions {
  /** Chromium's profile; a folder of this one browser. */
  profileFolder: string;
  sandboxed: boolean;
  /** Whether /dev/shm is large enough for the pictures of a few pages. */
  sharedMemory: boolean;
  /** For the workers that no page's override reaches; by default the browser's own, which says that it is headless. */
  userAgent?: string;
}

/** JavaScript heap of a page: above it that page crashes, before the kernel kills the whole pod. */
const pageHeapMebibytes = 512;

/**
 * All flags of our Chromium; puppeteer adds none. The network flags are a security boundary, which
 * `test/integration/egress/hostile-pages.test.ts` attacks; the others are preferences.
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
    ...(options.userAgent === undefined ? [] : [`--user-agent=${options.userAgent}`]),
    `--js-flags=--max-old-space-size=${pageHeapMebibytes}`,
    `--disable-features=${disabledFeatures.join(",")}`,
    ...(options.sandboxed ? [] : ["--no-sandbox"]),
    ...(options.sharedMemory ? [] : ["--disable-dev-shm-usage"]),
    // A start page would be an unused renderer.
    "--no-startup-window",
  ];
}

/** Each context has its own proxy; these flags leave Chromium no other way out. */
const networkFlags = [
  // Requests outside of a context, of which there should be none, go to a closed port.
  "--proxy-server=http://127.0.0.1:9",
  // By default Chromium goes to loopback addresses directly, past the proxy.
  "--proxy-bypass-list=<-loopback>",
  // By default WebRTC sends UDP past the proxy.
  "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
  "--webrtc-ip-handling-policy=disable_non_proxied_udp",
  // The proxy resolves names; Chromium resolves none.
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

/** For the same picture of a page on every machine. */
const sameEverywhereFlags = [
  "--disable-gpu",
  "--disable-lcd-text",
  "--font-render-hinting=none",
  "--force-color-profile=srgb",
  "--hide-scrollbars",
  "--lang=en-US",
  // A headless browser names no languages to hosts; an ordinary one always does.
  "--accept-lang=en-US,en",
  "--mute-audio",
];

/** No user is there to answer prompts, and pages in the background run at full speed. */
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
