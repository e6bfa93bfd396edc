const when = "2026-11-24T10:00:00Z";

export const url = "https://example.com/pricing";

export function condition(type: string, status: string, reason: string) {
  return { type, status, reason, message: "As it is.", lastTransitionTime: when };
}

export const artifact = {
  bucket: "stills",
  key: "artifacts/default/1/1.png",
  digest: `sha256:${"0".repeat(64)}`,
  sizeBytes: 10,
  mediaType: "image/png",
};

export const waiting = { conditions: [condition("Succeeded", "Unknown", "Queued")] };

export const captured = {
  attempts: 1,
  completionTime: when,
  durationMilliseconds: 1840,
  location: "https://s3.example.com/stills/pricing.png",
  artifact,
  conditions: [
    condition("Succeeded", "True", "Captured"),
    condition("Notified", "Unknown", "DeliveryPending"),
  ],
};
