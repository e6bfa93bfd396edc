import assert from "node:assert/strict";
import { test } from "node:test";
import { inCallersWords } from "./caller-words.ts";

const cases: [sentence: string, expected: string][] = [
  [
    'Nothing visible matched element.selector "#a.b" within 10 s; check the selector, or set element.whenMissing to CaptureExtent to capture the viewport instead',
    'Nothing visible matched `selector` "#a.b" within 10 s; check the selector, or set `error_on_selector_not_found` to false to capture the viewport instead',
  ],
  [
    'Nothing visible matched scrollIntoView.selector "#a"; set scrollIntoView.whenMissing to Continue to go on without it, so scrollIntoView had no effect',
    'Nothing visible matched `scroll_into_view` "#a"; set `error_on_selector_not_found` to false to go on without it, so `scroll_into_view` had no effect',
  ],
  [
    "The page did not finish loading within navigationTimeoutSeconds (30); raise it, or wait for less with wait.until: [DOMContentLoaded]",
    "The page did not finish loading within `navigation_timeout` (30); raise it, or wait for less with `wait_until`: [domcontentloaded]",
  ],
  [
    "The job did not finish within 63 seconds (`activeDeadlineSeconds`)",
    "The job did not finish within 63 seconds (`timeout`)",
  ],
  [
    "127.0.0.2:8080 answered with HTTP status 503; set hostErrors to Ignore to capture the page all the same",
    "127.0.0.2:8080 answered with HTTP status 503; set `ignore_host_errors` to true to capture the page all the same",
  ],
  [
    "NetworkIdle0 did not come within 10 s; use wait.selector or wait.delaySeconds instead",
    "networkidle0 did not come within 10 s; use `wait_for_selector` or `delay` instead",
  ],
  ["set `viewport.deviceScalePercent` to 150.", "set `device_scale_factor` to 1.5."],
  ["spec.resize.widthPixels: must be less", "spec.resize.widthPixels: must be less"],
  ['The page contains "wait.selector to x"', 'The page contains "wait.selector to x"'],
  [
    "`media` and media, `scripts`, scripts[0] threw",
    "`media_type` and media, `scripts`, scripts[0] threw",
  ],
  [
    "shop.wait.selector.example is not a known host name",
    "shop.wait.selector.example is not a known host name",
  ],
];

for (const [sentence, expected] of cases)
  test(sentence.slice(0, 60), () => assert.equal(inCallersWords(sentence), expected));
