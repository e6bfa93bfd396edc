import assert from "node:assert/strict";
import { test } from "node:test";
import { nextPageSize, pageLimits } from "./page-size-policy.ts";

/** What a list of equal jobs is read in. */
function pagesOf(bytesEach: number): number[] {
  const pages: number[] = [];
  const read = { jobs: 0, bytes: 0 };
  for (let next = nextPageSize(read); next > 0; next = nextPageSize(read)) {
    pages.push(next);
    read.jobs += next;
    read.bytes += next * bytesEach;
  }
  return pages;
}

test("small jobs are read in few pages, two hundred in all", () => {
  const pages = pagesOf(2_000);
  assert.equal(
    pages.reduce((sum, page) => sum + page, 0),
    pageLimits.jobs,
  );
  assert.ok(pages.length <= 4, pages.join());
});

test("large jobs fill the page before there are two hundred", () => {
  assert.deepEqual(pagesOf(1_000_000), [8]);
  const bytes = pagesOf(100_000).reduce((sum, page) => sum + page, 0) * 100_000;
  assert.ok(bytes > pageLimits.bytes * 0.9 && bytes <= pageLimits.bytes + 100_000, String(bytes));
});
