/** Audience of the token by which a worker's pod shows NATS who it is: no other server takes it, not the API server either. */
export const natsTokenAudience = "stills-nats";

/** How long such a token is valid. The kubelet replaces it when four fifths of that have passed. */
export const natsTokenSeconds = 3_600;
