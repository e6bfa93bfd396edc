import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import type { Reason } from "../../../api/reasons/reasons.ts";
import type { PageSecrets } from "../../../api/options/sealed-fields.ts";
import type { PageArea } from "../../browser/page/page-picture.ts";
import type { PageMetadata } from "../../../api/messages/page-metadata.ts";
import type { NetworkWatch } from "../../browser/page/network-watch.ts";
import type { PageSession } from "../../browser/page/page-session.ts";
import type { Deadline } from "./deadline.ts";

/** Where the time of a capture goes, as a metric label. */
export type CaptureStage = "navigate" | "settle" | "capture";

/** What the steps of one capture share. */
export interface CaptureInProgress {
  readonly page: PageSession;
  readonly capture: CaptureSpec;
  readonly surroundings: CaptureSurroundings;
  /** Of the whole capture. */
  readonly deadline: Deadline;
  /** Of opening the page, and again of every document it goes on to by itself. */
  navigation: Deadline;
  /** The document the steps work on; none until it has loaded. */
  loaderID?: string;
  /** Sentences for the owner of the job, each once. */
  readonly warnings: Set<string>;
  /** Set where a page without end was cut, in CSS pixels. */
  cutHeightPixels?: number;
  /** Only where an option needs it. */
  network?: NetworkWatch;
  /** Steps that are never taken again, whatever documents follow. */
  readonly done: Set<CaptureStep>;
  /** Facts of the page that were asked for. */
  metadata?: PageMetadata;
  /** The page's content, where it is to be kept. */
  content?: PageContent;
  /** The picture and what of the page it shows. */
  shot?: Shot;
}

export interface PageContent {
  format: NonNullable<CaptureSpec["pageContent"]>;
  bytes: Buffer;
}

export interface Shot {
  bytes: Buffer;
  area: PageArea;
}

/** What a capture needs to know of the world outside the page. */
export interface CaptureSurroundings {
  /** What the egress proxy last refused for host and port of this URL, if anything. */
  refusalOf(url: string): { reason: Reason; message: string } | undefined;
  /** Reads the content behind `contentRef`; without it a capture by reference fails with RequestMalformed. */
  readContent?: (digest: string, signal: AbortSignal) => Promise<string>;
  /** What came sealed; never part of a message. */
  secrets?: PageSecrets;
  /** Area of the largest picture, in its own pixels. */
  maxAreaPixels: number;
}

/** Whether the page went on to another document, or is about to, since the steps began to work on it. */
export function hasMovedOn({ page, loaderID }: CaptureInProgress): boolean {
  const { isLeaving, document } = page.lifecycle;
  return isLeaving || (loaderID !== undefined && document.loaderID !== loaderID);
}

/** One thing done to or waited for on the page. */
export interface CaptureStep {
  /** Continues "the capture was …" in the message of a time-out. */
  readonly doing: string;
  readonly stage: CaptureStage;
  /** Done once a capture, also when the page goes on to another document. */
  readonly isOnce?: true;
  isWanted(capture: CaptureSpec): boolean;
  run(state: CaptureInProgress): Promise<void>;
}
