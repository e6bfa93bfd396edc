import type { Reason } from "../reasons/reasons.ts";
import type { Artifact } from "../kinds/resource-types.ts";

/** Types of the messages that webhooks send, as Standard Webhooks writes them. */
type WebhookType = "stills_job.succeeded" | "stills_job.failed";

/** The body of a webhook with `body: Envelope`. Fields are spelled as in the resource. */
export interface WebhookEnvelope {
  type: WebhookType;
  /** When the job ended, RFC 3339. */
  timestamp: string;
  data: {
    namespace: string;
    name: string;
    uid: string;
    externalIdentifier?: string;
    reason: Reason;
    message: string;
    /** The HTTP status of the page's host, where that is why the job failed. */
    returnedStatusCode?: number;
    /** What the capture gave up or assumed. */
    warnings?: string[];
    attempts: number;
    durationMilliseconds: number;
    completionTime: string;
    location?: string;
    artifact?: Artifact;
  };
}
