import type { Delivery } from "./range-policy.ts";

/** How a call with `cache` is answered. */
export interface CachedDelivery {
  state: "Hit" | "Miss" | "Shared";
  /** How much of the picture is sent. */
  delivery: Delivery;
  /** In quotes, as the header has it. */
  etag: string;
  /** How long the picture goes on answering calls; undefined if it could not be cached. */
  secondsLeft: number | undefined;
}
