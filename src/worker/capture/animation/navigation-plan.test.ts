import assert from "node:assert/strict";
import { test } from "node:test";
import { planNavigation } from "./navigation-plan.ts";

const scroll = { scenario: "Scroll", scrollTryNavigate: true, durationSeconds: 5 } as const;

test("a recording stays on its page unless it is scrolled and asked to go on", () => {
  for (const animation of [
    undefined,
    { ...scroll, scenario: "Default" as const },
    { ...scroll, scrollTryNavigate: false },
    { scenario: "Scroll", scrollNavigateToURL: "https://a.example/", durationSeconds: 5 } as const,
  ])
    assert.equal(planNavigation(animation === undefined ? {} : { animation }), undefined);
});

test("a job that says no more goes on after half of its time, by the usual words or any link", () => {
  assert.deepEqual(planNavigation({ animation: scroll }), {
    ...{ atMilliseconds: 2500, url: undefined },
    ...{ hints: ["pricing", "about", "customers"], anyLinkDoes: true },
  });
});

test("what a job says counts, and words that it names have to fit", () => {
  const animation = {
    ...{ ...scroll, scrollNavigateAfterMilliseconds: 0 },
    ...{ scrollNavigateToURL: "https://a.example/", scrollNavigateLinkHints: ["jobs"] },
  };
  assert.deepEqual(planNavigation({ animation }), {
    ...{ atMilliseconds: 0, url: "https://a.example/", hints: ["jobs"], anyLinkDoes: false },
  });
});
