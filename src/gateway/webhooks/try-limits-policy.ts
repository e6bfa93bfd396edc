import { bodyBytesOf, type DeliveryBody } from "../../api/messages/delivery-messages.ts";
import {
  receiverLimitMilliseconds,
  signatureLimitMilliseconds,
} from "../../api/settings/webhook-limits.ts";

/** For all bodies that a gateway has under way. With a mebibyte for each, pictures take fewer connections than the store's client has. */
export const bodyBudgetBytes = 32 * 1024 * 1024;

/** What a picture takes on its way through: windows of four sockets, and what the collector has not found yet. */
const bytesPerPicture = 1024 * 1024;
const objectStoreMilliseconds = 5_000;
/** Pictures are signed a few at a time. */
const turnMilliseconds = 60_000;

/** What a body takes of the budget: a text is held as a whole, a picture passes through. */
export function bytesUnderWay(body: DeliveryBody): number {
  return body.kind === "Picture" ? bytesPerPicture : bodyBytesOf(body);
}

/** How long one try takes at most. */
export function tryLimitMilliseconds(body: DeliveryBody): number {
  const bytes = bodyBytesOf(body);
  const exchange = signatureLimitMilliseconds(bytes) + receiverLimitMilliseconds(bytes);
  return exchange + objectStoreMilliseconds + (body.kind === "Picture" ? turnMilliseconds : 0);
}
