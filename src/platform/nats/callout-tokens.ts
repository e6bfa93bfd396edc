import { sign } from "node:crypto";
import { parseAuthorizationRequest } from "../../api/messages/nats-server-messages.ts";
import type { NatsAccount } from "../../api/rights/nats-accounts.ts";
import type { CalloutKey } from "./callout-key.ts";

/** What a server asks about a connection that is opened. */
export interface ConnectionRequest {
  /** What the client shows; undefined when it shows something else, such as a password. */
  token: string | undefined;
  /** The name that the client gives itself. */
  clientName: string;
  /** The client's address. */
  host: string;
}

/** What a connection is, and may do. */
export interface ConnectionGrant {
  account: NatsAccount;
  /** What the server calls its user, in its log and in its list of connections. */
  name: string;
  /** Not empty, as `subscribe`: the server takes an empty list for "everything". */
  publish: readonly string[];
  subscribe: readonly string[];
  /** When the server closes the connection; its client asks anew. */
  expiresAtSeconds: number;
}

export type ConnectionDecision =
  | { kind: "Granted"; grant: ConnectionGrant }
  /** The server's log has the reason, the client is told "Authorization Violation". */
  | { kind: "Refused"; reason: string };

/** A question, and to whom its answer is valid. */
export interface CalloutQuestion {
  request: ConnectionRequest;
  serverID: string;
  /** A key that the server has made for this one connection. */
  userKey: string;
}

const header = base64(JSON.stringify({ typ: "JWT", alg: "ed25519-nkey" }));
const unlimited = -1;

/**
 * Reads what a server asks (ADR-26). Its signature is not checked: only servers can publish on the subject, and an answer is of use to the
 * server alone whose connection it names.
 * @throws Failure(RequestMalformed)
 */
export function readQuestion(token: string): CalloutQuestion {
  const [, claims = ""] = token.split(".");
  const { nats } = parseAuthorizationRequest(parsedClaims(claims));
  const { server_id: server, user_nkey: userKey, client_info: client, connect_opts: shown } = nats;
  return {
    request: {
      token: shown.auth_token,
      clientName: shown.name ?? "",
      host: client.host ?? "",
    },
    serverID: server.id,
    userKey,
  };
}

/** What the server takes for an answer. @throws TypeError when a grant has an empty list */
export function writeAnswer(
  { serverID, userKey }: CalloutQuestion,
  decision: ConnectionDecision,
  key: CalloutKey,
): string {
  const answer =
    decision.kind === "Granted"
      ? { jwt: userToken(userKey, decision.grant, key) }
      : { error: decision.reason };
  return signed(key, {
    sub: userKey,
    aud: serverID,
    nats: { type: "authorization_response", version: 2, ...answer },
  });
}

function userToken(userKey: string, grant: ConnectionGrant, key: CalloutKey): string {
  const { account, name, publish, subscribe, expiresAtSeconds } = grant;
  if (publish.length === 0 || subscribe.length === 0)
    throw new TypeError("An empty list of subjects would allow all of them");
  return signed(key, {
    sub: userKey,
    aud: account,
    name,
    exp: expiresAtSeconds,
    nats: {
      type: "user",
      version: 2,
      subs: unlimited,
      data: unlimited,
      payload: unlimited,
      pub: { allow: publish },
      sub: { allow: subscribe },
      allowed_connection_types: ["STANDARD"],
    },
  });
}

function signed(key: CalloutKey, claims: object): string {
  const body = `${header}.${base64(JSON.stringify({ iss: key.issuer, ...claims }))}`;
  return `${body}.${sign(undefined, Buffer.from(body), key.privateKey).toString("base64url")}`;
}

function parsedClaims(claims: string): unknown {
  try {
    return JSON.parse(Buffer.from(claims, "base64url").toString());
  } catch {
    return undefined;
  }
}

function base64(content: string): string {
  return Buffer.from(content).toString("base64url");
}
