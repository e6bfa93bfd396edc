import Type, { type Static } from "typebox";
import { parserOf } from "../schema/parser.ts";
import { text } from "./message-fields.ts";

const pageCookie = Type.Object({
  name: text,
  value: text,
  /** Without it, the cookie is for the host of the page alone. */
  domain: Type.Optional(text),
  path: Type.Optional(text),
  secure: Type.Optional(Type.Literal(true)),
  httpOnly: Type.Optional(Type.Literal(true)),
  sameSite: Type.Optional(Type.Enum(["Strict", "Lax", "None"])),
  /** Epoch seconds. */
  expiresSeconds: Type.Optional(Type.Number()),
});

export type PageCookie = Static<typeof pageCookie>;

const pageHeader = Type.Object({ name: text, value: text });

export type PageHeader = Static<typeof pageHeader>;

const upstreamProxy = Type.Object({
  host: text,
  port: Type.Integer({ minimum: 0, maximum: 65_535 }),
  username: Type.Optional(text),
  password: Type.Optional(text),
  /** Host names, or patterns with `*`, that are reached without the proxy. */
  bypassHosts: Type.Array(text),
});

/** A proxy that the caller names; the page is loaded through it. */
export type UpstreamProxy = Static<typeof upstreamProxy>;

const pageSecrets = Type.Object({
  cookies: Type.Optional(Type.Array(pageCookie)),
  headers: Type.Optional(Type.Array(pageHeader)),
  /** Value of the header Authorization. */
  authorization: Type.Optional(text),
  proxy: Type.Optional(upstreamProxy),
});

/** The opened sealed fields of one job. */
export type PageSecrets = Static<typeof pageSecrets>;

/** Of a bucket. */
export interface StorageKeys {
  accessKeyID: string;
  secretAccessKey: string;
}

/** The secrets of a call over HTTP: the page's, and those of the caller's bucket, which no worker sees. */
export interface CallSecrets extends PageSecrets {
  /** Both, or the call is refused. */
  storageKeys?: Partial<StorageKeys>;
}

/** @throws Failure(RequestMalformed), whose message contains no secret */
export const parsePageSecrets = parserOf("content of the sealed fields", pageSecrets);
