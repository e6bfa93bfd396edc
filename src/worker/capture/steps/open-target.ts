import type { CaptureSpec } from "../../../api/options/capture-spec.generated.ts";
import { Failure } from "../../../api/reasons/failure.ts";
import type { CaptureInProgress, CaptureStep } from "./capture-step.ts";
import { renderMarkdown } from "./markdown-page.ts";
import { navigationFailure } from "./navigation-failure.ts";

/** Opens `url`, or shows `html` or `markdown` at about:blank. */
export const openTargetStep: CaptureStep = {
  activity: "opening the page",
  stage: "navigate",
  appliesTo: () => true,
  run: async (state) => {
    const { capture, page, navigation } = state;
    if (capture.url !== undefined) return await openAddress(state, capture.url);
    await page.showDocument(await documentOf(capture), navigation.signal);
  },
};

async function openAddress(state: CaptureInProgress, url: string): Promise<void> {
  const { page, navigation, environment } = state;
  const outcome = await page.navigate(allowedAddress(url), navigation.signal);
  if (outcome.errorText === undefined && !outcome.isDownload) return;
  // The browser tells only where a redirect that was refused began.
  if (state.targetRefusal !== undefined)
    throw new Failure("TargetNotAllowed", { message: state.targetRefusal });
  const addresses = [page.lifecycle.document.url, url];
  throw navigationFailure(outcome, addresses, environment);
}

/** Only http and https: `file:` and `view-source:` would show the worker's files. */
function allowedAddress(text: string): string {
  const url = URL.parse(text);
  const isWeb = url?.protocol === "http:" || url?.protocol === "https:";
  if (url === null || !isWeb)
    throw new Failure("TargetNotAllowed", {
      message: "`url` must be an absolute address that begins with https:// or http://",
    });
  if (url.username !== "" || url.password !== "")
    throw new Failure("TargetNotAllowed", {
      message: "`url` must not contain a user name or password: remove the part before '@'",
    });
  return url.href;
}

/** Content that the job refers to was read before and stands in its place. */
async function documentOf({ html, markdown }: CaptureSpec): Promise<string> {
  if (html !== undefined) return html;
  if (markdown !== undefined) return await renderMarkdown(markdown);
  throw new Failure("RequestMalformed", {
    message: "The capture names neither url, html nor markdown",
  });
}
