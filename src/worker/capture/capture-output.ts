import type { StageTimings } from "../../api/messages/capture-result.ts";
import type { PageMetadata } from "../../api/messages/page-metadata.ts";
import type { PageContent, PictureSlice } from "./steps/capture-step.ts";

/** The result of a capture. */
export interface Picture {
  bytes: Buffer;
  mediaType: string;
  /** Of the encoded picture, read from its bytes; undefined for a document. */
  widthPixels?: number;
  heightPixels?: number;
  /** What the option `metadata` asked for. */
  metadata?: PageMetadata;
  /** What the option `pageContent` asked for; stored beside the picture. */
  content?: PageContent;
  /** What the option `fullPage.slices` asked for; stored beside the picture. */
  slices?: PictureSlice[];
  /** Sentences for the owner of the job: what the capture gave up or assumed. */
  warnings: string[];
  /** By stage: navigate, settle, capture. */
  timingsMilliseconds: StageTimings;
}
