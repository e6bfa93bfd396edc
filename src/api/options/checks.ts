import type { CaptureOption } from "./capture-option.ts";
import type { ListValue } from "./option-value.ts";
import { addressPattern } from "./texts.ts";

const texts: ListValue = {
  type: "list",
  items: { type: "string", minLength: 1, maxLength: 512 },
  minItems: 1,
  maxItems: 16,
  unordered: true,
};

/** What makes a page one that nobody wants a picture of. */
export const checkOptions: readonly CaptureOption[] = [
  {
    path: "failIf.contentContains",
    text: "are texts; a page that contains one of them, in capitals or not, fails with ContentContainsText.",
    value: texts,
    http: { name: "fail_if_content_contains", type: "list" },
  },
  {
    path: "failIf.contentMissing",
    text: "are texts; a page that lacks one of them, in capitals or not, fails with ContentMissesText.",
    value: texts,
    http: { name: "fail_if_content_missing", type: "list" },
  },
  {
    path: "failIf.requestFailed",
    text: "are addresses: whole ones, domains, or patterns with `*`; when the page asks for one of them and does not get it, the job fails with PageRequestFailed.",
    value: { type: "list", items: addressPattern, minItems: 1, maxItems: 16, unordered: true },
    http: { name: "fail_if_request_failed", type: "list" },
  },
];
