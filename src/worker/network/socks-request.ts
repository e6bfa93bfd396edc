import { isIPv6 } from "node:net";
import type { Socket } from "node:net";

/** SOCKS 5 as in RFC 1928: the one method without authentication, the one command CONNECT. */
const version = 5;
const noAuthentication = 0;
const noAcceptableMethod = 0xff;
const connectCommand = 1;
const addressKinds = { ipv4: 1, name: 3, ipv6: 4 } as const;
/** Field REP of the answer (RFC 1928, section 6). */
const replies = { succeeded: 0, notAllowed: 2, commandNotSupported: 7 } as const;
/** Before the address: version, command, a reserved byte, the kind of address. */
const requestHeadBytes = 4;
const portBytes = 2;

/** What the client has said so far comes to; `bytes` is its length. */
type Message<Content> = { bytes: number; content: Content | undefined };

/**
 * Reads what a SOCKS client wants: `host:port`, an IPv6 address in brackets. The client is paused then, so that nothing it says is lost.
 * Undefined when it ended before, or when its connection is being ended because it wants what is not here.
 */
export async function readSocksTarget(client: Socket): Promise<string | undefined> {
  const methods = await receive(client, parseGreeting);
  if (methods === undefined) return void client.destroy();
  if (!methods.includes(noAuthentication))
    return endWith(client, Uint8Array.of(version, noAcceptableMethod));
  client.write(Uint8Array.of(version, noAuthentication));
  const wanted = await receive(client, parseRequest);
  if (wanted === undefined) return void client.destroy();
  if (wanted.command === connectCommand) return wanted.target;
  return endWith(client, replyOf(replies.commandNotSupported));
}

/** The connection is there: what follows on the client's is passed on. */
export function grantSocks(client: Socket): void {
  client.write(replyOf(replies.succeeded));
}

/** There will be no connection; ends the client's. */
export function refuseSocks(client: Socket): void {
  endWith(client, replyOf(replies.notAllowed));
}

/** Version, number of methods, methods. */
function parseGreeting(said: Buffer): Message<Buffer> | undefined {
  const [spoken, count] = said;
  if (spoken !== undefined && spoken !== version) return nonsense;
  if (count === undefined || said.length < 2 + count) return undefined;
  return { bytes: 2 + count, content: said.subarray(2, 2 + count) };
}

function parseRequest(said: Buffer): Message<{ command: number; target: string }> | undefined {
  const [spoken, command = 0, , kind, first] = said;
  if (spoken !== undefined && spoken !== version) return nonsense;
  if (first === undefined) return undefined;
  const length = addressLength(kind, first);
  if (length === undefined) return nonsense;
  const bytes = requestHeadBytes + length + portBytes;
  if (said.length < bytes) return undefined;
  const host = hostIn(said.subarray(requestHeadBytes, requestHeadBytes + length), kind);
  const port = said.readUInt16BE(bytes - portBytes);
  return { bytes, content: { command, target: `${isIPv6(host) ? `[${host}]` : host}:${port}` } };
}

const nonsense = { bytes: 0, content: undefined };

/** A name has its length before it. */
function addressLength(kind: number | undefined, first: number): number | undefined {
  if (kind === addressKinds.ipv4) return 4;
  if (kind === addressKinds.ipv6) return 16;
  return kind === addressKinds.name ? 1 + first : undefined;
}

function hostIn(address: Buffer, kind: number | undefined): string {
  if (kind === addressKinds.ipv4) return address.join(".");
  if (kind === addressKinds.name) return address.toString("latin1", 1);
  return address.toString("hex").replaceAll(/(.{4})(?!$)/g, "$1:");
}

/** Reads until the parser has its message, and leaves the client paused behind it. */
async function receive<Content>(
  client: Socket,
  parse: (said: Buffer) => Message<Content> | undefined,
): Promise<Content | undefined> {
  const { promise, resolve } = Promise.withResolvers<Content | undefined>();
  let said = Buffer.alloc(0);
  const hear = (chunk: Buffer): void => {
    said = Buffer.concat([said, chunk]);
    const message = parse(said);
    if (message === undefined) return;
    client.pause();
    stopHearing();
    if (message.bytes < said.length) client.unshift(said.subarray(message.bytes));
    resolve(message.content);
  };
  const giveUp = (): void => {
    stopHearing();
    resolve(undefined);
  };
  const stopHearing = (): void => {
    client.off("data", hear).off("end", giveUp).off("close", giveUp);
  };
  client.on("data", hear).on("end", giveUp).on("close", giveUp);
  client.resume();
  return await promise;
}

function endWith(client: Socket, answer: Uint8Array): undefined {
  client.end(answer);
  // Whatever else it says is read, or its end would not be seen.
  client.resume();
}

/** The address the connection was made from (BND.ADDR) is nobody's business. */
function replyOf(code: number): Uint8Array {
  return Uint8Array.of(version, code, 0, addressKinds.ipv4, 0, 0, 0, 0, 0, 0);
}
