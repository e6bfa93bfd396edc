/** How long a picture may answer equal calls, in seconds: four hours to thirty days. */
export const cacheTTLBounds = { minimum: 14_400, maximum: 2_592_000 } as const;
