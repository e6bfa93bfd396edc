/** @typedef {import("./snippets.js").OptionValue} OptionValue */

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {Headers} headers
 * @property {Blob} body
 * @property {number} seconds Until all of it was here.
 */

/**
 * Calls `/take` of the gateway that served this page. The key travels in a header, so no address or log has it.
 *
 * @param {{ options: readonly (readonly [string, OptionValue])[], accessKey: string, signal: AbortSignal }} call
 * @returns {Promise<Answer>}
 */
export async function runCall({ options, accessKey, signal }) {
  const started = performance.now();
  const response = await fetch("/take", {
    method: "POST",
    headers: { "content-type": "application/json", ...keyHeader(accessKey) },
    body: JSON.stringify(Object.fromEntries(options)),
    signal,
  });
  const body = await response.blob();
  const seconds = (performance.now() - started) / 1000;
  return { status: response.status, headers: response.headers, body, seconds };
}

/** The same question may be answered later. */
const laterStatuses = [429, 502, 503, 504];
const mostSecondsUntilRetry = 60;

/**
 * @param {Headers} headers
 * @returns {number}
 */
function secondsUntilRetry(headers) {
  const given = Number(headers.get("retry-after") ?? "1");
  return Number.isFinite(given) ? Math.min(Math.max(given, 1), mostSecondsUntilRetry) : 1;
}

/**
 * Waits until the job of an asynchronous call has ended, and returns what the gateway says of it. A gateway that has no time, or whose API
 * server is away, is asked again when it says.
 *
 * @param {{ location: string, accessKey: string, signal: AbortSignal }} job
 * @returns {Promise<Record<string, unknown>>}
 */
export async function followJob({ location, accessKey, signal }) {
  for (;;) {
    const response = await fetch(location, { headers: keyHeader(accessKey), signal });
    if (laterStatuses.includes(response.status)) {
      await pause(secondsUntilRetry(response.headers) * 1000, signal);
      continue;
    }
    const job = await response.json();
    if (!response.ok || job.succeeded !== "Unknown") return job;
    await pause(1000, signal);
  }
}

/**
 * @param {string} accessKey
 * @returns {Record<string, string>}
 */
function keyHeader(accessKey) {
  return accessKey === "" ? {} : { "x-access-key": accessKey };
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
