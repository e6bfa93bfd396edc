import { readFileSync } from "node:fs";
import { createObjectStore } from "../../../src/platform/objects/object-store.ts";
import type { ObjectStoreOptions } from "../../../src/platform/objects/s3-client.ts";

/** A process that reads an object as a whole, and prints by how much the peak of its resident memory grew. */
const [settings = "", key = ""] = process.argv.slice(2);
const store = createObjectStore(JSON.parse(settings) as ObjectStoreOptions);
const peak = (): number =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) * 1024;

await store.head(key);
const before = peak();
await store.get(key);
console.log(peak() - before);
store.close();
