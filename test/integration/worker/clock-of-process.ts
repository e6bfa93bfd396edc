/**
 * Preloaded into a process (`NODE_OPTIONS=--import=…`): its time of day is ahead by STILLS_TEST_CLOCK_AHEAD_SECONDS, until SIGUSR2 corrects
 * it. The monotonic clock is the real one, as on a node whose time is wrong.
 */
const now = Date.now.bind(Date);
let aheadMilliseconds = Number(process.env["STILLS_TEST_CLOCK_AHEAD_SECONDS"]) * 1000;
Date.now = () => now() + aheadMilliseconds;
process.on("SIGUSR2", () => (aheadMilliseconds = 0));
