/** Raised when a message changes in a way an older reader cannot understand. */
export const messageVersion = 1;
