import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { natsAccountOf, natsAccounts } from "./nats-accounts.ts";
import { natsPermissions, type NatsRole } from "./nats-permissions.ts";

type Entry = Record<string, unknown>;

/** The subjects that the connections of an account know: imported under a name, or exported, and so its own. */
function subjectsOf(account: ReturnType<typeof natsAccountOf>): string[] {
  const { imports, exports } = natsAccounts[account];
  const imported = imports.map(({ to, service, stream }) =>
    String(to ?? ((service ?? stream) as Entry)["subject"]),
  );
  return [...imported, ...exports.map(({ service, stream }) => String(service ?? stream))];
}

/** Whether all subjects of `inner` are subjects of `outer`; wildcards as NATS has them. */
function covers(outer: string, inner: string): boolean {
  const want = outer.split(".");
  const have = inner.split(".");
  return (
    want.every((token, at) => {
      if (token === ">") return have.length > at;
      const own = have[at];
      return own !== undefined && (token === own || (/^(\*|\$\d)$/.test(token) && own !== ">"));
    }) &&
    (want.at(-1) === ">" || want.length === have.length)
  );
}

/** Known in one account with all roles only: the second forms of an acknowledgement and of a question. */
const ofOneAccount = [/^\$JS\.ACK\.\*\.\*\./, /^\$JS\.API\.CONSUMER\.INFO\./];

suite("NATS accounts", () => {
  for (const role of ["gateway", "worker"] satisfies NatsRole[])
    test(`a ${role} reaches all that it may use from its account`, () => {
      const { publish, subscribe } = natsPermissions(role, { pool: "default" });
      const known = subjectsOf(natsAccountOf(role));
      const needed = [...publish, ...subscribe].filter(
        (subject) =>
          !subject.startsWith("_INBOX_") && !ofOneAccount.some((form) => form.test(subject)),
      );
      assert.deepEqual(
        needed.filter((subject) => !known.some((outer) => covers(outer, subject))),
        [],
      );
      assert.ok(needed.length > 5);
    });
});
