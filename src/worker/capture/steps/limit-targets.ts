import { documentRefusal } from "../../../core/targets/account-targets.ts";
import { RequestInterception } from "../../browser/devtools/request-interception.ts";
import type {
  PausedRequest,
  RequestDecision,
} from "../../browser/devtools/request-interception.ts";
import type { CaptureStep } from "./capture-step.ts";

/** Also each address of a redirect, and what is opened later. */
const documents = [{ resourceType: "Document" }] as const;

/**
 * Lets only documents into the page and its frames that the job's account may visit. What may not be reached at all is refused in the
 * forwarder and the egress proxy; only the browser knows which requests are for documents.
 */
export const limitTargetsStep: CaptureStep = {
  activity: "limiting which pages may be visited",
  stage: "navigate",
  appliesTo: () => true,
  run: async (state) => {
    const { page, environment, deadline, warnings } = state;
    const { targets } = environment;
    const { signal } = deadline;
    if (targets?.allow === undefined) return;
    const decide = (paused: PausedRequest): RequestDecision | undefined => {
      const { request, frameId, resourceType } = paused;
      // Where another option asks for them, parts of pages come by, too.
      if (resourceType !== "Document") return undefined;
      const refusal = documentRefusal(request.url, targets);
      if (refusal === undefined) return undefined;
      if (page.isMainFrame(frameId)) state.targetRefusal = refusal;
      else warnings.add(`A frame is empty: ${refusal}`);
      return { kind: "Block" };
    };
    await page.attachToFrames(async (frame) => {
      await new RequestInterception(frame).add(documents, decide, signal);
    });
    await page.requests.add(documents, decide, signal);
  },
};
