/** The message about a missing bucket of the operator. */
export function missingBucketMessage(bucket: string): string {
  return `The bucket '${bucket}' does not exist; its operator must create it`;
}
