import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../api/reasons/failure.ts";
import { ConditionalWrites } from "./conditional-writes.ts";

/** A store that answers the two writes so; which keys were written and removed. */
function storeThat(...answers: ("Stored" | "Taken" | Failure)[]) {
  const written = new Set<string>();
  const store = {
    putIfAbsent: async (key: string) => {
      written.add(key);
      const answer = answers.shift() ?? "Stored";
      if (answer instanceof Failure) throw answer;
      return answer;
    },
    remove: async (key: string) => void written.delete(key),
  };
  return { store, written };
}

const unknownHeader = new Failure("StorageInvalid", { message: "501 NotImplemented" });
const cases = [
  { name: "refuses the second write", answers: ["Stored", "Taken"], areHonoured: true },
  {
    name: "refuses both, as the client repeated the first",
    answers: ["Taken", "Taken"],
    areHonoured: true,
  },
  { name: "overwrites", answers: ["Stored", "Stored"], areHonoured: false },
  { name: "does not know the header", answers: [unknownHeader], areHonoured: false },
] as const;

for (const { name, answers, areHonoured } of cases)
  test(`a store that ${name}`, async () => {
    const { store, written } = storeThat(...answers);
    const writes = new ConditionalWrites(store);
    assert.deepEqual([writes.isKnown, writes.areHonoured], [false, false]);
    await writes.probe({});
    assert.deepEqual([writes.isKnown, writes.areHonoured], [true, areHonoured]);
    assert.deepEqual([...written], [], "nothing is left behind");
  });

test("a store that is away is asked again", async () => {
  const away = new Failure("StorageUnavailable", { message: "away" });
  const { store } = storeThat(away, "Stored", "Taken");
  const writes = new ConditionalWrites(store);
  await assert.rejects(writes.probe({}), { reason: "StorageUnavailable" });
  assert.equal(writes.isKnown, false);
  await writes.probe({});
  assert.equal(writes.areHonoured, true);
});
