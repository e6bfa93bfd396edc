import { createLogger } from "../../src/platform/process/logger.ts";

/** For tests that do not read the log. */
export const silentLog = createLogger({ component: "test", level: "silent" });
