import assert from "node:assert/strict";
import { test } from "node:test";
import { markup, sentence } from "./markup.ts";

test("texts are escaped, also between quotes, and markup is not", () => {
  const name = `"><script>alert('&')</script>`;
  assert.equal(
    markup`<p title="${name}">${markup`<b>${1}</b>`}${undefined}</p>`.text,
    `<p title="&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;"><b>1</b></p>`,
  );
});

test("several pieces of markup stand one after the other", () => {
  const items = ["a", "<"].map((text) => markup`<li>${text}`);
  assert.equal(markup`<ul>${items}</ul>`.text, "<ul><li>a<li>&lt;</ul>");
});

test("what a sentence has in backquotes is code, and escaped", () => {
  assert.equal(
    sentence("Use `<a>` & `b`.").text,
    "Use <code>&lt;a&gt;</code> &amp; <code>b</code>.",
  );
});
