/** For parts of a test that nobody reads the log of. */
export const silentLog = { info() {}, warn() {}, error() {} };
