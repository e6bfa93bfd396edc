import assert from "node:assert/strict";
import { test } from "node:test";
import { nextPageSize, pageLimits } from "./page-size-policy.ts";

/** What a list of equal jobs is read in, of which every so-many-th fits. */
function pagesOf(bytesEach: number, { most = 200, every = 1 } = {}): number[] {
  const pages: number[] = [];
  const read = { requests: 0, jobs: 0, bytes: 0, found: 0, foundBytes: 0 };
  for (let next = nextPageSize(read, most); next > 0; next = nextPageSize(read, most)) {
    pages.push(next);
    read.requests += 1;
    read.jobs += next;
    read.bytes += next * bytesEach;
    read.found = Math.floor(read.jobs / every);
    read.foundBytes = read.found * bytesEach;
  }
  return pages;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

test("small jobs are read in few pages, as many as were asked for", () => {
  const pages = pagesOf(2_000);
  assert.equal(sum(pages), 200);
  assert.ok(pages.length <= 4, pages.join());
  assert.equal(sum(pagesOf(2_000, { most: 5 })), 5);
});

test("large jobs fill the page before there are two hundred", () => {
  assert.deepEqual(pagesOf(1_000_000), [8]);
  const bytes = sum(pagesOf(100_000)) * 100_000;
  assert.ok(bytes > pageLimits.bytes * 0.9 && bytes <= pageLimits.bytes + 100_000, String(bytes));
});

test("a small page of what hardly any job fits ends after some requests, with what was found", () => {
  for (const most of [1, 5, 20]) {
    const pages = pagesOf(2_000, { most, every: 10_000 });
    assert.ok(pages.length <= pageLimits.requests, `${most}: ${pages.length} requests`);
  }
});

test("where few jobs fit, more are read for a page, within limits", () => {
  const found = sum(pagesOf(2_000, { every: 9 })) / 9;
  // The last requests of a page ask for few jobs, and there are only so many.
  assert.ok(found > 190 && found < 201, String(found));
  assert.equal(sum(pagesOf(2_000, { every: 1_000 })), pageLimits.readJobs);
  const bytes = sum(pagesOf(100_000, { every: 1_000 })) * 100_000;
  assert.ok(bytes <= pageLimits.readBytes + pageLimits.bytes, String(bytes));
});
