import { isIPv6 } from "node:net";
import type { Socket } from "node:net";

/** SOCKS 5 as in RFC 1928: the one method without authentication, the one command CONNECT. */
const version = 5;
const noAuthentication = 0;
const noAcceptableMethod = 0xff;
const connectCommand = 1;
const addressTypes = { ipv4: 1, name: 3, ipv6: 4 } as const;
/** Field REP of the answer (RFC 1928, section 6). */
const replies = { succeeded: 0, notAllowed: 2, commandNotSupported: 7 } as const;
/** Before the address: version, command, a reserved byte, the type of address. */
const requestHeadBytes = 4;
const portBytes = 2;

/** A parsed message of `bytes` bytes; without content if it is invalid. */
type Message<Content> = { bytes: number; content: Content | undefined };

/**
 * Reads the target of a SOCKS client: `host:port`, an IPv6 address in brackets. The client is paused afterwards, so that no data is
 * lost. Undefined if the connection ends before, or is being ended because the request is not supported.
 */
export async function readSocksTarget(client: Socket): Promise<string | undefined> {
  const methods = await receive(client, parseGreeting);
  if (methods === undefined) return void client.destroy();
  if (!methods.includes(noAuthentication))
    return endWith(client, Uint8Array.of(version, noAcceptableMethod));
  client.write(Uint8Array.of(version, noAuthentication));
  const request = await receive(client, parseRequest);
  if (request === undefined) return void client.destroy();
  if (request.command === connectCommand) return request.target;
  return endWith(client, replyOf(replies.commandNotSupported));
}

/** Confirms that the connection to the target is open. */
export function grantSocks(client: Socket): void {
  client.write(replyOf(replies.succeeded));
}

/** Refuses the connection and ends the client's. */
export function refuseSocks(client: Socket): void {
  endWith(client, replyOf(replies.notAllowed));
}

/** Version, number of methods, methods. */
function parseGreeting(received: Buffer): Message<Buffer> | undefined {
  const [requestedVersion, count] = received;
  if (requestedVersion !== undefined && requestedVersion !== version) return invalid;
  if (count === undefined || received.length < 2 + count) return undefined;
  return { bytes: 2 + count, content: received.subarray(2, 2 + count) };
}

function parseRequest(received: Buffer): Message<{ command: number; target: string }> | undefined {
  const [requestedVersion, command = 0, , type, first] = received;
  if (requestedVersion !== undefined && requestedVersion !== version) return invalid;
  if (first === undefined) return undefined;
  const length = addressLength(type, first);
  if (length === undefined) return invalid;
  const bytes = requestHeadBytes + length + portBytes;
  if (received.length < bytes) return undefined;
  const host = hostIn(received.subarray(requestHeadBytes, requestHeadBytes + length), type);
  const port = received.readUInt16BE(bytes - portBytes);
  return { bytes, content: { command, target: `${isIPv6(host) ? `[${host}]` : host}:${port}` } };
}

const invalid = { bytes: 0, content: undefined };

/** A name has its length before it. */
function addressLength(type: number | undefined, first: number): number | undefined {
  if (type === addressTypes.ipv4) return 4;
  if (type === addressTypes.ipv6) return 16;
  return type === addressTypes.name ? 1 + first : undefined;
}

function hostIn(address: Buffer, type: number | undefined): string {
  if (type === addressTypes.ipv4) return address.join(".");
  if (type === addressTypes.name) return address.toString("latin1", 1);
  return address.toString("hex").replaceAll(/(.{4})(?!$)/g, "$1:");
}

/** Reads until the parser has a message, and leaves the client paused after it. */
async function receive<Content>(
  client: Socket,
  parse: (received: Buffer) => Message<Content> | undefined,
): Promise<Content | undefined> {
  const { promise, resolve } = Promise.withResolvers<Content | undefined>();
  let received = Buffer.alloc(0);
  const onData = (chunk: Buffer): void => {
    received = Buffer.concat([received, chunk]);
    const message = parse(received);
    if (message === undefined) return;
    client.pause();
    removeListeners();
    if (message.bytes < received.length) client.unshift(received.subarray(message.bytes));
    resolve(message.content);
  };
  const onEnd = (): void => {
    removeListeners();
    resolve(undefined);
  };
  const removeListeners = (): void => {
    client.off("data", onData).off("end", onEnd).off("close", onEnd);
  };
  client.on("data", onData).on("end", onEnd).on("close", onEnd);
  client.resume();
  return await promise;
}

function endWith(client: Socket, answer: Uint8Array): undefined {
  client.end(answer);
  // Unread data would keep the socket from seeing the end.
  client.resume();
}

/** A reply that does not disclose the bound address (BND.ADDR). */
function replyOf(code: number): Uint8Array {
  return Uint8Array.of(version, code, 0, addressTypes.ipv4, 0, 0, 0, 0, 0, 0);
}
