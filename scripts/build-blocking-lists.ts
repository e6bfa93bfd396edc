import { fileURLToPath } from "node:url";
import { buildBlockingLists, listsAreBuilt } from "./blocking-lists/build.ts";

/*
 * Makes the lists for blocking ads, trackers, chats and banners in `blocking-lists/`, unless they are there. Run when an image is built,
 * and before `npm start` and the tests. With --if-possible a failure is only told: Stills works without lists, and says so where a
 * capture wants them.
 */

const folder = fileURLToPath(new URL("../blocking-lists/", import.meta.url));
try {
  if (!(await listsAreBuilt(folder))) {
    console.log("Preparing the lists for blocking ads and banners");
    await buildBlockingLists(folder);
  }
} catch (thrown) {
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  console.error(`The lists for blocking ads and banners could not be prepared: ${why}`);
  if (!process.argv.includes("--if-possible")) process.exitCode = 1;
}
