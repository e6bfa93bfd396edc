/** What to tell whoever meets an operator's bucket that is not there. */
export function missingBucketMessage(bucket: string): string {
  return `The bucket '${bucket}' does not exist; its operator has to create it`;
}
