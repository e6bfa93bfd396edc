import Type from "typebox";
import type { Static } from "typebox";
import { parserOf } from "../schema/parser.ts";

/** What a token lets its holder reach: the egress proxy has one rule for each. */
export const trafficClasses = ["page", "tenant-storage", "webhook", "store"] as const;

export type TrafficClass = (typeof trafficClasses)[number];

const positive = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

const proxyGrantSchema = Type.Object({
  uid: Type.String({ minLength: 1, maxLength: 128 }),
  /** From 1. */
  attempt: positive,
  class: Type.Enum(trafficClasses),
  /** What one token may use up, over all the connections that present it at one egress replica. */
  limits: Type.Object({
    /** Of both directions together. */
    bytes: positive,
    /** Tunnels asked for, over all time; one carries as many HTTP requests as its two ends like. */
    requests: positive,
    /** Open to origins at the same time. */
    connections: positive,
  }),
  /** Ranges of addresses, and single ones, that the account of the job may not reach. */
  deny: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 256 })),
  /** Epoch seconds; open connections end at this moment too. */
  expires: positive,
});

/** What the holder of the proxy key grants to one attempt of one job, or to one delivery. */
export type ProxyGrant = Static<typeof proxyGrantSchema>;

export type ProxyLimits = ProxyGrant["limits"];

export const parseProxyGrant = parserOf("proxy grant", proxyGrantSchema);
