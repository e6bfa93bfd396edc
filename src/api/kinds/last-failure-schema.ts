import { object, text, type Stored } from "./schema.ts";

/** `status.lastFailure`. */
export const lastFailure = object(
  "is why the last attempt failed that another one followed or follows.",
  {
    reason: text("is a reason of the condition Succeeded.", { max: 64 }),
    message: text("says what happened.", { max: 1024 }),
  },
  { required: ["reason", "message"] },
);

export type LastFailure = Stored<typeof lastFailure>;
