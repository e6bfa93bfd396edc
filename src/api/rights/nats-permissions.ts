import { consumers, serverSubjects, streams, subjects } from "../messages/subjects.ts";

/** Who connects to NATS. */
export type NatsRole = "controller" | "gateway" | "worker";

interface NatsPermissions {
  publish: string[];
  subscribe: string[];
  /** nats-server's `allow_responses`: may reply to a requester, on the inbox that the request names. */
  mayRespond: boolean;
}

interface NatsPermissionOptions {
  /** Of a worker; required there. */
  pool?: string;
  /** Of a worker or another connection: narrows inbox and announcements to its own; default: all of the user. */
  name?: string;
}

/** What the controller may do besides where the server asks it who the workers are: answer that, list connections, end one. */
export const natsCalloutPermissions: Readonly<Pick<NatsPermissions, "publish" | "subscribe">> = {
  publish: [serverSubjects.connections, serverSubjects.everyEnd],
  subscribe: [serverSubjects.authorization],
};

/** The user of a role: `controller`, `gateway`, `worker-<pool>`. */
export function natsUser(role: NatsRole, pool?: string): string {
  if (role !== "worker") return role;
  if (pool === undefined) throw new TypeError("A worker's NATS user needs its pool");
  return `worker-${pool}`;
}

/** The inbox prefix of one connection, inside what its user may subscribe to. */
export function inboxPrefix(user: string, name: string): string {
  return `_INBOX_${user}.${name.replaceAll(/[^A-Za-z0-9_-]/g, "_")}`;
}

const jetstreamAPI = "$JS.API";

/** What a role may do on NATS; the one source for the local composition and the chart. */
export function natsPermissions(
  role: NatsRole,
  options: NatsPermissionOptions = {},
): NatsPermissions {
  const user = natsUser(role, options.pool);
  const inbox =
    options.name === undefined ? `_INBOX_${user}.>` : `${inboxPrefix(user, options.name)}.>`;
  switch (role) {
    case "controller":
      return controllerPermissions(inbox);
    case "gateway":
      return gatewayPermissions(inbox);
    case "worker":
      return workerPermissions(inbox, options.pool ?? "", options.name);
  }
}

function controllerPermissions(inbox: string): NatsPermissions {
  return {
    publish: [
      ...Object.values(streams).flatMap(administrationOf),
      ...capturesOnly,
      ...pullFrom(streams.results, consumers.jobController),
      subjects.allCaptures,
      subjects.allDeliveries,
      subjects.allVerdicts,
      subjects.allCancels,
      subjects.rollCall,
      subjects.load,
    ],
    subscribe: [inbox, subjects.allAnnouncements, ...Object.values(subjects.ask)],
    mayRespond: true,
  };
}

function gatewayPermissions(inbox: string): NatsPermissions {
  return {
    publish: [
      ...pullFrom(streams.deliveries, consumers.webhookSender),
      subjects.allResults,
      subjects.ask.input,
      subjects.ask.signature,
      subjects.ask.admission,
      subjects.ask.usage,
    ],
    subscribe: [inbox, subjects.allBytes, subjects.allVerdicts, subjects.load],
    mayRespond: false,
  };
}

function workerPermissions(inbox: string, pool: string, name: string | undefined): NatsPermissions {
  return {
    publish: [
      ...pullFrom(streams.captures, consumers.captureWorker(pool)),
      ...timeQuestions(pool),
      subjects.allResults,
      subjects.allBytes,
      name === undefined ? subjects.announcementsOfPool(pool) : subjects.announce(pool, name),
      subjects.ask.upload,
      subjects.ask.copy,
      subjects.ask.input,
      subjects.ask.plaintext,
      subjects.ask.attempt,
    ],
    subscribe: [inbox, subjects.allCancels, subjects.rollCall],
    mayRespond: false,
  };
}

/** What a worker may ask about its pool's consumer, to hear what time it is at the server: in an account of its own, and in one with all. */
export function timeQuestions(pool: string): string[] {
  const consumer = consumers.captureWorker(pool);
  return [subjects.time(consumer), `${jetstreamAPI}.CONSUMER.INFO.${streams.captures}.${consumer}`];
}

/** Delete the consumer of a pool that is gone, and read which attempt of a job is published. */
const capturesOnly = [
  `${jetstreamAPI}.STREAM.MSG.GET.${streams.captures}`,
  `${jetstreamAPI}.CONSUMER.DELETE.${streams.captures}.*`,
];

/** To pull from one consumer and to settle what it delivered; with and without the domain in the ack subject. */
function pullFrom(stream: string, consumer: string): string[] {
  return [
    `${jetstreamAPI}.CONSUMER.MSG.NEXT.${stream}.${consumer}`,
    `$JS.ACK.${stream}.${consumer}.>`,
    `$JS.ACK.*.*.${stream}.${consumer}.>`,
  ];
}

/** Create, change, read and delete one stream, and its consumers; it is deleted when its disk has failed it. */
function administrationOf(stream: string): string[] {
  return [
    `${jetstreamAPI}.STREAM.CREATE.${stream}`,
    `${jetstreamAPI}.STREAM.UPDATE.${stream}`,
    `${jetstreamAPI}.STREAM.INFO.${stream}`,
    `${jetstreamAPI}.STREAM.DELETE.${stream}`,
    `${jetstreamAPI}.STREAM.PURGE.${stream}`,
    `${jetstreamAPI}.CONSUMER.CREATE.${stream}.>`,
    `${jetstreamAPI}.CONSUMER.INFO.${stream}.*`,
  ];
}
