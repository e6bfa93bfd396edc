import { createSocket } from "node:dgram";
import type { RemoteInfo, Socket } from "node:dgram";
import { once } from "node:events";
import { parseAddress } from "../../src/core/targets/address.ts";

/** What the server says to one question. */
export interface DNSAnswer {
  addresses?: string[];
  timeToLiveSeconds?: number;
  /** Response code (RFC 1035 4.1.1): 2 server failure, 3 no such name. */
  responseCode?: number;
  /** Says nothing at all. */
  silent?: boolean;
  /** How long it thinks. */
  delayMilliseconds?: number;
}

/** Asked with the name and how often this name and type were asked before. */
export type DNSScript = (name: string, type: "A" | "AAAA", earlier: number) => DNSAnswer;

const typeNumbers = { A: 1, AAAA: 28 } as const;

/** A DNS server on loopback (UDP) whose answers are a function. */
export class ScriptedDNS implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #script: DNSScript;
  readonly #asked = new Map<string, number>();

  private constructor(socket: Socket, script: DNSScript) {
    this.#socket = socket;
    this.#script = script;
    socket.on("message", (query, sender) => this.#answer(query, sender));
  }

  static async start(script: DNSScript): Promise<ScriptedDNS> {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    return new ScriptedDNS(socket, script);
  }

  /** For STILLS_EGRESS_DNS_SERVERS. */
  get server(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  timesAsked(name: string, type: "A" | "AAAA" = "A"): number {
    return this.#asked.get(`${name} ${type}`) ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#socket, "close");
    this.#socket.close();
    await closed;
  }

  #answer(query: Buffer, sender: RemoteInfo): void {
    const { name, type, questionEnd } = questionOf(query);
    const key = `${name} ${type}`;
    const earlier = this.#asked.get(key) ?? 0;
    this.#asked.set(key, earlier + 1);
    const answer = this.#script(name, type, earlier);
    if (answer.silent === true) return;
    const family = type === "A" ? 4 : 6;
    const addresses = (answer.addresses ?? []).filter(
      (address) => parseAddress(address)?.family === family,
    );
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180 | (answer.responseCode ?? 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(addresses.length, 6);
    const records = addresses.map((address) => recordOf(address, type, answer));
    const message = Buffer.concat([header, query.subarray(12, questionEnd), ...records]);
    const send = () => this.#socket.send(message, sender.port, sender.address);
    if (answer.delayMilliseconds === undefined) send();
    else setTimeout(send, answer.delayMilliseconds);
  }
}

function questionOf(query: Buffer): { name: string; type: "A" | "AAAA"; questionEnd: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  const type = query.readUInt16BE(at + 1) === typeNumbers.AAAA ? "AAAA" : "A";
  return { name: labels.join(".").toLowerCase(), type, questionEnd: at + 5 };
}

function recordOf(address: string, type: "A" | "AAAA", answer: DNSAnswer): Buffer {
  const content = Buffer.from(parseAddress(address)?.bytes ?? []);
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0); // the name of the question
  head.writeUInt16BE(typeNumbers[type], 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(answer.timeToLiveSeconds ?? 0, 6);
  head.writeUInt16BE(content.length, 10);
  return Buffer.concat([head, content]);
}
