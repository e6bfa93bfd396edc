/** The classes in which jobs wait for a slot, the most urgent first. */
export const jobPriorities = ["Synchronous", "Interactive", "Batch"] as const;

export type JobPriority = (typeof jobPriorities)[number];
