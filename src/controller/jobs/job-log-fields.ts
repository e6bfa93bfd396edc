/** The fields that identify a job in a log line. */
export function jobLogFields(job: { namespace: string; name: string; uid: string }): {
  screenshotJob: string;
  jobUID: string;
} {
  return { screenshotJob: `${job.namespace}/${job.name}`, jobUID: job.uid };
}
