/**
 * Every name used on NATS. A literal "stills." anywhere else is a mistake.
 * Subjects end in the uid: a Kubernetes name may contain dots, a uid may not.
 */

export const streams = {
  captures: "STILLS_CAPTURES",
  results: "STILLS_RESULTS",
  deliveries: "STILLS_DELIVERIES",
} as const;

export const consumers = {
  /** Durable of one pool's workers on STILLS_CAPTURES. */
  captureWorker: (pool: string) => `capture-worker-${token(pool)}`,
  /** Durable of the controller on STILLS_RESULTS. */
  jobController: "job-controller",
  /** Durable of the gateways on STILLS_DELIVERIES. */
  webhookSender: "webhook-sender",
} as const;

/** Queue group in which the controller replicas answer `ask` subjects. */
export const askQueue = "controllers";

/** What a NATS server of ours asks, and what it is asked, about connections. */
export const serverSubjects = {
  /** Server to controller: who is it that connects without being a user of the configuration? */
  authorization: "$SYS.REQ.USER.AUTH",
  /** Controller to every server: which connections are there? */
  connections: "$SYS.REQ.SERVER.PING.CONNZ",
  /** Controller to one server: end a connection. */
  end: (serverID: string) => `$SYS.REQ.SERVER.${token(serverID)}.KICK`,
  everyEnd: "$SYS.REQ.SERVER.*.KICK",
} as const;

const root = "stills.v1";

export const subjects = {
  /** Controller to worker; `capture-request.ts`. */
  capture: (pool: string, uid: string) => `${root}.capture.${token(pool)}.${token(uid)}`,
  capturesOfPool: (pool: string) => `${root}.capture.${token(pool)}.*`,
  allCaptures: `${root}.capture.>`,
  /** Worker and gateway to controller; `capture-result.ts`, `delivery-messages.ts`. */
  result: (uid: string) => `${root}.result.${token(uid)}`,
  allResults: `${root}.result.*`,
  /** Controller to gateway; `delivery-messages.ts`. */
  delivery: (uid: string) => `${root}.delivery.${token(uid)}`,
  allDeliveries: `${root}.delivery.*`,
  /** Worker to controller; `worker-announcement.ts`. */
  announce: (pool: string, worker: string) => `${root}.announce.${token(pool)}.${token(worker)}`,
  announcementsOfPool: (pool: string) => `${root}.announce.${token(pool)}.*`,
  allAnnouncements: `${root}.announce.*.*`,
  /** Picture bytes, straight from a worker to the gateway that waits; `picture-messages.ts`. */
  bytes: (gateway: string, replyToken: string) =>
    `${root}.bytes.${token(gateway)}.${token(replyToken)}`,
  bytesOfGateway: (gateway: string) => `${root}.bytes.${token(gateway)}.*`,
  allBytes: `${root}.bytes.>`,
  /** Controller to gateway. */
  verdict: (uid: string) => `${root}.verdict.${token(uid)}`,
  allVerdicts: `${root}.verdict.*`,
  /** Controller to worker. */
  cancel: (uid: string) => `${root}.cancel.${token(uid)}`,
  allCancels: `${root}.cancel.*`,
  /** Roll call: the controller asks all workers to announce themselves now. */
  rollCall: `${root}.rollcall`,
  /** What time it is at the server: the answer about a consumer says so. Only where workers have an account of their own. */
  time: (consumer: string) => `${root}.time.${token(consumer)}`,
  /** How many jobs there are, and may be: the leading controller tells the gateways. */
  load: `${root}.load`,
  ask: {
    upload: `${root}.ask.upload`,
    copy: `${root}.ask.copy`,
    input: `${root}.ask.input`,
    plaintext: `${root}.ask.plaintext`,
    attempt: `${root}.ask.attempt`,
    signature: `${root}.ask.signature`,
    admission: `${root}.ask.admission`,
    usage: `${root}.ask.usage`,
  },
} as const;

/** The uid at the end of a subject that one of the builders made. */
export function uidOfSubject(subject: string): string {
  return subject.slice(subject.lastIndexOf(".") + 1);
}

/** Message id of a capture request: one per attempt and dispatch, so that a repeated publish is recognised. */
export function captureMessageID(uid: string, attempt: number, dispatch: number): string {
  return `${token(uid)}.${attempt}.${dispatch}`;
}

function token(text: string): string {
  if (text === "" || /[.*>\s]/.test(text))
    throw new TypeError(`"${text}" cannot be a token of a NATS subject`);
  return text;
}
