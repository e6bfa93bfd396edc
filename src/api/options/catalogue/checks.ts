import type { CaptureOption } from "../capture-option.ts";
import type { ListValue } from "../option-value.ts";
import { addressPattern } from "../text-rules.ts";

const texts: ListValue = {
  type: "list",
  items: { type: "string", minLength: 1, maxLength: 512 },
  minItems: 1,
  maxItems: 16,
  unordered: true,
};

/** Conditions under which a page is not captured. */
export const checkOptions: readonly CaptureOption[] = [
  {
    path: "failIf.contentContains",
    text: "lists texts. A page that contains one of them fails with ContentContainsText. Case is ignored.",
    value: texts,
    http: {
      ...({ name: "fail_if_content_contains", type: "list" } as const),
      text: "lists texts. A page that contains one of them fails with `content_contains_specified_string`. Case is ignored.",
    },
  },
  {
    path: "failIf.contentMissing",
    text: "lists texts. A page that lacks one of them fails with ContentMissesText. Case is ignored.",
    value: texts,
    http: {
      ...({ name: "fail_if_content_missing", type: "list" } as const),
      text: "lists texts. A page that lacks one of them fails with `content_missing_specified_string`. Case is ignored.",
    },
  },
  {
    path: "failIf.requestFailed",
    text: "lists addresses, domains, or patterns with `*`. If a request of the page for one of them fails, the job fails with PageRequestFailed.",
    value: { type: "list", items: addressPattern, minItems: 1, maxItems: 16, unordered: true },
    http: {
      ...({ name: "fail_if_request_failed", type: "list" } as const),
      text: "lists addresses, domains, or patterns with `*`. If a request of the page for one of them fails, the call fails with `matched_failed_request`.",
    },
  },
];
