import { consumers, serverSubjects, streams, subjects } from "../messages/subjects.ts";
import { natsPermissions, type NatsRole } from "./nats-permissions.ts";

/**
 * The accounts of a NATS server of ours. A subject is known inside one account only, unless it is exported and imported. That is the wall
 * in front of JetStream, which permissions cannot be: the server answers a request to whatever reply subject it names, with its own
 * rights, so that whoever may pull or acknowledge could delete a stream. From another account that answer stays in the account.
 */
export type NatsAccount = "MAIN" | "WORKERS" | "GATEWAYS" | "SYSTEM";

/** The account in which the server is asked about connections; nobody connects to it. */
export const natsSystemAccount = "SYSTEM" satisfies NatsAccount;

/** The account whose users the server asks who somebody is that is no user of its configuration. */
export const natsCalloutAccount = "MAIN" satisfies NatsAccount;

/** How long the server waits for that answer: more than the answer takes, less than a client waits for its connection. */
export const natsCalloutSeconds = 4;

/** A part of nats-server's configuration, as JSON. */
interface AccountConfiguration {
  jetstream?: "enabled";
  exports: Record<string, unknown>[];
  imports: Record<string, unknown>[];
}

interface Shared {
  /** Services are called by the importing accounts, also without an answer; streams are heard by them. */
  kind: "service" | "stream";
  subject: string;
  owner: NatsAccount;
  users: readonly NatsAccount[];
  /** What the importing accounts call it, `$1` standing for its first wildcard. Default: the same. */
  alias?: string;
  /** Whether a request has several answers, as a pull has. */
  hasManyAnswers?: boolean;
}

/**
 * The server forgets the way back to who pulled when nothing was sent for so long. Our pulls have a heartbeat of 15 seconds at most; without
 * one, a message would count as delivered and be seen by nobody.
 */
const answersEndAfter = "10m";

const workers = { owner: "MAIN", users: ["WORKERS"] } as const;
const gateways = { owner: "MAIN", users: ["GATEWAYS"] } as const;
const system = { owner: natsSystemAccount, users: ["MAIN"] } as const;

const shared: readonly Shared[] = [
  ...pullFrom(streams.captures, "*", workers),
  {
    ...workers,
    kind: "service",
    subject: `$JS.API.CONSUMER.INFO.${streams.captures}.*`,
    // Under its own name the server would answer that the account has no JetStream.
    alias: subjects.time("$1"),
  },
  ...services([subjects.allAnnouncements], workers),
  ...heard([subjects.allCancels, subjects.rollCall], workers),
  ...services([subjects.allBytes], { owner: "GATEWAYS", users: ["WORKERS"] }),
  ...services([subjects.allResults], { owner: "MAIN", users: ["WORKERS", "GATEWAYS"] }),
  ...pullFrom(streams.deliveries, consumers.webhookSender, gateways),
  ...heard([subjects.allVerdicts, subjects.load], gateways),
  ...questions(),
  { ...system, kind: "service", subject: serverSubjects.connections, hasManyAnswers: true },
  { ...system, kind: "service", subject: serverSubjects.everyEnd },
];

/** The account of a role's connections. */
export function natsAccountOf(role: NatsRole): NatsAccount {
  return { controller: "MAIN", gateway: "GATEWAYS", worker: "WORKERS" }[role] as NatsAccount;
}

/** What each account exports and imports; the one source for the chart, the local composition and the tests. */
export const natsAccounts: Readonly<Record<NatsAccount, AccountConfiguration>> = {
  MAIN: { jetstream: "enabled", ...exportsAndImports("MAIN") },
  WORKERS: exportsAndImports("WORKERS"),
  GATEWAYS: exportsAndImports("GATEWAYS"),
  SYSTEM: exportsAndImports("SYSTEM"),
};

function exportsAndImports(
  account: NatsAccount,
): Pick<AccountConfiguration, "exports" | "imports"> {
  return {
    exports: shared.filter(({ owner }) => owner === account).map(exported),
    imports: shared.filter(({ users }) => users.includes(account)).map(imported),
  };
}

function exported({ kind, subject, users, hasManyAnswers }: Shared): Record<string, unknown> {
  return {
    [kind]: subject,
    accounts: users,
    ...(hasManyAnswers === true && { response_type: "stream", threshold: answersEndAfter }),
  };
}

function imported({ kind, subject, owner, alias }: Shared): Record<string, unknown> {
  return { [kind]: { account: owner, subject }, ...(alias !== undefined && { to: alias }) };
}

function pullFrom(
  stream: string,
  consumer: string,
  between: Pick<Shared, "owner" | "users">,
): Shared[] {
  const pull = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
  return [
    { ...between, kind: "service", subject: pull, hasManyAnswers: true },
    { ...between, kind: "service", subject: `$JS.ACK.${stream}.${consumer}.>` },
  ];
}

function services(names: readonly string[], between: Pick<Shared, "owner" | "users">): Shared[] {
  return names.map((subject) => ({ ...between, kind: "service", subject }));
}

/** What controllers answer, for the accounts whose roles may ask it. */
function questions(): Shared[] {
  return Object.values(subjects.ask).map((subject) => ({
    kind: "service",
    subject,
    owner: "MAIN",
    users: (["worker", "gateway"] satisfies NatsRole[])
      .filter((role) => natsPermissions(role, { pool: "any" }).publish.includes(subject))
      .map(natsAccountOf),
  }));
}

function heard(names: readonly string[], between: Pick<Shared, "owner" | "users">): Shared[] {
  return names.map((subject) => ({ ...between, kind: "stream", subject }));
}
