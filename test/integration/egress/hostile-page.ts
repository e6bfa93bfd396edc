/** Something a page might reach for: a host as it is written in a URL, and a word to tell it by. */
export interface Prey {
  readonly word: string;
  readonly host: string;
}

/** All ways by which the page tries to reach each prey; also the last word of the path that the canary sees. */
export const attackMethods = [
  "fetch",
  "img",
  "script",
  "style",
  "iframe",
  "websocket",
  "beacon",
  "eventsource",
  "redirect",
  "worker",
] as const;

/**
 * A page that tries to reach every prey in every way, and then resolves `attack`. Each try asks for
 * `/hit/<word>/<method>`; what comes back does not matter.
 */
export function hostilePage(preys: readonly Prey[], port: number, stunPort: number): string {
  return `<!doctype html><title>hostile</title><body><script>
const preys = ${JSON.stringify(preys)};
const methods = ${JSON.stringify(attackMethods)};
const settle = (thing, ...events) => new Promise((resolve) => {
  for (const event of events) thing.addEventListener(event, resolve);
});
const add = (name, change) => {
  const element = document.createElement(name);
  const settled = settle(element, "load", "error");
  change(element);
  document.body.append(element);
  return settled;
};
const ways = {
  fetch: (url) => fetch(url, { mode: "no-cors" }),
  img: (url) => add("img", (element) => { element.src = url; }),
  script: (url) => add("script", (element) => { element.src = url; }),
  style: (url) => add("link", (element) => { element.rel = "stylesheet"; element.href = url; }),
  iframe: (url) => add("iframe", (element) => { element.src = url; }),
  websocket: (url) => settle(new WebSocket(url.replace("http:", "ws:")), "message", "error"),
  beacon: (url) => navigator.sendBeacon(url, "x"),
  eventsource: (url) => {
    const source = new EventSource(url);
    return settle(source, "error", "open").then(() => source.close());
  },
  redirect: (url) => fetch("/redirect?to=" + encodeURIComponent(url), { mode: "no-cors" }),
  worker: (url) => {
    const code = "fetch(" + JSON.stringify(url) + ", { mode: 'no-cors' }).catch(() => 0).then(() => postMessage(0))";
    const worker = new Worker(URL.createObjectURL(new Blob([code])));
    return settle(worker, "message", "error").then(() => worker.terminate());
  },
};
const gather = async (iceServers) => {
  const peer = new RTCPeerConnection({ iceServers });
  peer.createDataChannel("x");
  await peer.setLocalDescription(await peer.createOffer());
  while (peer.iceGatheringState !== "complete") await settle(peer, "icegatheringstatechange");
  peer.close();
};
const stunServers = preys.slice(0, 8).map(({ host }) => ({ urls: "stun:" + host + ":${stunPort}" }));
const turnServers = preys.slice(0, 8).map(({ host }) => (
  { urls: "turn:" + host + ":${port}?transport=tcp", username: "u", credential: "c" }));
const pending = globalThis.pending = new Set();
const tryEveryWay = (word, host) => Promise.allSettled(methods.map(async (method) => {
  pending.add(host + " " + method);
  try {
    await ways[method]("http://" + host + ":${port}/hit/" + word + "/" + method);
  } finally {
    pending.delete(host + " " + method);
  }
}));
globalThis.attack = (async () => {
  // All at once: after some that failed, Chromium delays every further WebSocket by seconds.
  await Promise.all(preys.map(({ word, host }) => tryEveryWay(word, host)));
  // Beacons are sent in order with this and have no end of their own.
  await fetch("/done");
  await gather([...stunServers, ...turnServers]);
  return "attacked";
})();
</script>`;
}

/** A page that asks the STUN servers for its address, and resolves `attack` when it has heard from all or given up. */
export function stunPage(hosts: readonly string[], stunPort: number): string {
  const servers = hosts.map((host) => ({ urls: `stun:${host}:${stunPort}` }));
  return `<!doctype html><title>stun</title><script>
globalThis.attack = (async () => {
  const peer = new RTCPeerConnection({ iceServers: ${JSON.stringify(servers)} });
  peer.createDataChannel("x");
  await peer.setLocalDescription(await peer.createOffer());
  while (peer.iceGatheringState !== "complete")
    await new Promise((resolve) => peer.addEventListener("icegatheringstatechange", resolve));
  return "attacked";
})();
</script>`;
}
