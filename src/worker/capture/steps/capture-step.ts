import type { AccountTargets } from "../../../core/targets/account-targets.ts";
import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import type { Reason } from "../../../api/reasons/reasons.ts";
import type { PageSecrets } from "../../../api/messages/page-secrets.ts";
import type { ConsentAnswerer } from "../../blocking/consent-answerer.ts";
import type { FrameSession } from "../../browser/devtools/frame-session.ts";
import type { BlockingLists } from "../../blocking/blocking-lists.ts";
import type { PageArea } from "../../browser/devtools/page-screenshot.ts";
import type { PageMetadata } from "../../../api/messages/page-metadata.ts";
import type { PageAnimations } from "../../browser/devtools/page-animations.ts";
import type { NetworkRecorder } from "../../browser/devtools/network-recorder.ts";
import type { PageSession } from "../../browser/devtools/page-session.ts";
import type { LoadedPage } from "../whole-page/loaded-page.ts";
import type { PageClock } from "../animation/page-clock.ts";
import type { FrameSize } from "../animation/frame-size.ts";
import type { EncodeVideo } from "../../encoding/video-order.ts";
import type { ScalePicture } from "../../encoding/scale-order.ts";
import type { Deadline } from "../../../platform/process/deadline.ts";

/** Stage that the time of a step counts for; a metric label. */
type CaptureStage = "navigate" | "settle" | "capture";

/** What the steps of one capture share. */
export interface CaptureInProgress {
  readonly page: PageSession;
  readonly capture: CaptureSpec;
  /** Of the page that the job is for; undefined for content. The job's headers are for its origin. */
  readonly address: string | undefined;
  readonly environment: CaptureEnvironment;
  /** Of the whole capture. */
  readonly deadline: Deadline;
  /** For one document to load: renewed when the page goes on to another one by itself. */
  navigation: Deadline;
  /** The document the steps work on; undefined until it has loaded. */
  loaderID?: string;
  /** Sentences for the owner of the job, each once. */
  readonly warnings: Set<string>;
  /** Those of them about the page, before a picture of it was begun. */
  arrivalWarnings?: readonly string[];
  /** Set when the job's account may not visit what the page itself went to. */
  targetRefusal?: string;
  /** Set when the page was brought to load everything. */
  loadedPage?: LoadedPage;
  /** Height in CSS pixels at which an endless page was cut. */
  cutHeightPixels?: number;
  /** Set if an option needs it. */
  network?: NetworkRecorder;
  /** Set unless the job asks for the moment as it is. */
  animations?: PageAnimations;
  /** Set for a recording. */
  clock?: PageClock;
  /** Opens another page like this one, which stays; absent there. @throws Failure */
  readonly openLinkedPage?: (url: string) => Promise<CaptureInProgress>;
  /** Of such a page: makes the document ready that it went on to by itself. @throws Failure */
  readonly settleAgain?: () => Promise<void>;
  /** Answers cookie banners, if an option wants that. */
  consent?: ConsentAnswerer;
  /** Frames of other sites, which may show banners; none unless an option needs them. */
  readonly bannerFrames: FrameSession[];
  /** Set when a banner was hidden or answered, after which the page may have to be freed. */
  hasHiddenBanner?: boolean;
  /** The steps with `isOnce` that have run. */
  readonly done: Set<CaptureStep>;
  /** What the option `metadata` asked for. */
  metadata?: PageMetadata;
  /** What the option `pageContent` asked for. */
  content?: PageContent;
  /** What the option `fullPage.slices` asked for, from top to bottom. */
  slices?: PictureSlice[];
  /** The page kept going to other addresses, and was captured without all that was asked for. */
  isRestless?: boolean;
  /** The captured picture. */
  shot?: Shot;
}

export interface PageContent {
  format: NonNullable<CaptureSpec["pageContent"]>;
  bytes: Buffer;
}

/** A part of the picture, encoded as the picture itself. */
export interface PictureSlice {
  bytes: Buffer;
  widthPixels: number;
  heightPixels: number;
}

/** A picture and the area of the page it shows. */
export interface Shot {
  bytes: Buffer;
  /** The picture without loss, where it is needed after it was encoded. */
  source?: Buffer;
  area: PageArea;
  /** Of an animation, which is not read again. */
  size?: FrameSize;
}

/** What a capture needs from outside the page. */
export interface CaptureEnvironment {
  /** The egress proxy's last refusal of host and port of this URL; undefined if there was none. */
  refusalOf(url: string): { reason: Reason; message: string } | undefined;
  /** The sealed fields in the clear; never part of a message. */
  secrets?: PageSecrets;
  /** What the job's account may visit; undefined: everything. */
  targets: AccountTargets | undefined;
  /** Without it nothing is blocked by lists. */
  blocking?: BlockingEnvironment;
  scalePicture: ScalePicture;
  encodeVideo: EncodeVideo;
  /** Area of the largest picture, in its own pixels. */
  maxAreaPixels: number;
  /** How many pixels the browser's memory lets it draw at once: a larger picture is taken in parts. */
  mostPixelsAtOnce: number;
}

/** What blocking by lists needs. */
export interface BlockingEnvironment {
  lists: BlockingLists;
  /** From now on the page reaches no host for which this is true. */
  blockHosts(isBlocked: (host: string) => boolean): void;
}

/** Whether the page has gone on to another document, or is about to, since the steps began. */
export function hasMovedOn({ page, loaderID }: CaptureInProgress): boolean {
  const { isLeaving, document } = page.lifecycle;
  return isLeaving || (loaderID !== undefined && document.loaderID !== loaderID);
}

/** One step of a capture: what it does to the page, or waits for. */
export interface CaptureStep {
  /** Continues "the capture was …" in the message of a time-out. */
  readonly activity: string;
  readonly stage: CaptureStage;
  /** Runs once per capture, even if the page goes on to another document. */
  readonly isOnce?: true;
  /** Whether the options of this capture need the step. */
  appliesTo(capture: CaptureSpec): boolean;
  run(state: CaptureInProgress): Promise<void>;
}
