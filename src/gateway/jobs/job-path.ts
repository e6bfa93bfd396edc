/** The native route of a job. */
export function jobPath(name: string): string {
  return `/v1/jobs/${name}`;
}
