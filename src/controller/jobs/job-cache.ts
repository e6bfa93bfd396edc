import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import type { Reflector } from "../../platform/kube/reflector.ts";
import type { JobRecord } from "./job-record.ts";

/** The records of all jobs, kept up to date by a watch. */
export type JobCache = Reflector<ScreenshotJob, JobRecord>;
