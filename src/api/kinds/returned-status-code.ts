import { integer } from "./schema.ts";

/** `status.returnedStatusCode`, also in the result of a failed capture. */
export const returnedStatusCode = integer(
  "is the HTTP status of the page's host, where that is why the job failed.",
  { min: 100, max: 999 },
);
