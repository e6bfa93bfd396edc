import { CallForm } from "./call-form.js";
import { followJob, runCall } from "./call-runner.js";
import { byID } from "./elements.js";
import { OptionSearch } from "./option-search.js";
import { problemOfAnswer, problemsByOption, ProblemView } from "./problem-view.js";
import { ResultView } from "./result-view.js";
import { SnippetView } from "./snippet-view.js";

/** The playground: a form, what its call is answered, and the same call in other words. */

/** Longer than any call takes. */
const longestCallMilliseconds = 15 * 60 * 1000;

const page = byID("call", HTMLFormElement);
const key = byID("access-key", HTMLInputElement);
const run = byID("run", HTMLButtonElement);
const stop = byID("stop", HTMLButtonElement);
const form = new CallForm();
const search = new OptionSearch();
const result = new ResultView();
const problem = new ProblemView(form);
const snippets = new SnippetView(
  () => ({ accessKey: key.value, options: form.options(), extension: extension() }),
  (found) => form.showProblems(found === undefined ? new Map() : problemsByOption(found.message)),
);

/** Of the file that the call is answered with. */
function extension() {
  const given = new Map(form.options());
  if (given.get("response_type") === "json") return "json";
  const extensions = JSON.parse(page.dataset["extensions"] ?? "{}");
  return String(extensions[String(given.get("format") ?? "")] ?? extensions[""]);
}

/** @type {AbortController | undefined} */
let current;
/** Where the job is that is followed. @type {string | undefined} */
let followed;
/** Why a job goes on when nobody waits for it, by the option that says so. */
const purposes = ["store", "cache", "webhook_url"];

/** What has become of a call that nobody waits for any more: not every job ends with it. */
function stoppedText() {
  if (followed !== undefined) return `No longer followed. The job goes on: ${followed}`;
  const purpose = form.options().find(([name]) => purposes.includes(name))?.[0];
  return purpose === undefined
    ? "Stopped."
    : `No longer waited for. The job goes on, because of ${purpose}.`;
}

async function take() {
  current?.abort();
  const call = new AbortController();
  current = call;
  followed = undefined;
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(longestCallMilliseconds)]);
  setBusy(true);
  result.clear();
  problem.clear();
  result.say("Taking the picture…");
  try {
    await answerInto(signal);
  } catch (thrown) {
    if (current !== call) return;
    result.say(call.signal.aborted ? stoppedText() : "No picture.");
    if (!call.signal.aborted)
      problem.show({ code: "No answer", message: String(thrown), page: undefined });
  }
  if (current === call) setBusy(false);
}

/** @param {AbortSignal} signal */
async function answerInto(signal) {
  const options = form.options();
  const accessKey = key.value;
  const answer = await runCall({ options, accessKey, signal });
  signal.throwIfAborted();
  if (answer.status >= 400) {
    result.say("No picture.");
    problem.show(await problemOfAnswer(answer));
    return;
  }
  const url = options.find(([name]) => name === "url")?.[1];
  await result.show(answer, {
    url: typeof url === "string" ? url : undefined,
    extension: extension(),
  });
  const location = answer.headers.get("location");
  if (answer.status !== 201 || location === null) return;
  followed = location;
  result.say("Accepted. Waiting for the end of the job…");
  const job = await followJob({ location, accessKey, signal });
  signal.throwIfAborted();
  await result.showText(new Blob([JSON.stringify(job)]), "application/json");
  result.say(job["succeeded"] === "True" ? "The job has its picture." : "The job has no picture.");
}

/** @param {boolean} busy */
function setBusy(busy) {
  stop.hidden = !busy;
  run.textContent = busy ? "Take it again" : "Take the picture";
  byID("view", HTMLElement).setAttribute("aria-busy", String(busy));
}

/** Leads to an option that an address such as `/#try-full_page` names. */
function followAddress() {
  const name = /^#try-(\w+)$/.exec(location.hash)?.[1];
  if (name === undefined) return;
  search.clear();
  form.focusOn(name);
}

page.addEventListener("submit", (event) => {
  event.preventDefault();
  void take();
});
// In a field of several lines, Enter alone begins another line.
page.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  page.requestSubmit();
});
page.addEventListener("input", () => snippets.update());
stop.addEventListener("click", () => {
  current?.abort();
  run.focus();
});
addEventListener("hashchange", followAddress);
form.showChanges();
snippets.update();
followAddress();
