import Type from "typebox";
import { parserOf } from "../schema/parser.ts";

/** What nats-server itself says to controllers; of each message the fields that are read. */

const text = Type.String();

/** The claims of a server's question who somebody is (ADR-26). @throws Failure(RequestMalformed) */
export const parseAuthorizationRequest = parserOf(
  "authorization request",
  Type.Object({
    aud: Type.Literal("nats-authorization-request"),
    nats: Type.Object({
      server_id: Type.Object({ id: text }),
      user_nkey: text,
      client_info: Type.Object({ host: Type.Optional(text) }),
      connect_opts: Type.Object({
        auth_token: Type.Optional(text),
        name: Type.Optional(text),
      }),
    }),
  }),
);

/** A page of a server's list of connections. @throws Failure(RequestMalformed) */
export const parseConnectionList = parserOf(
  "list of connections",
  Type.Object({
    data: Type.Object({
      server_id: text,
      now: text,
      total: Type.Integer(),
      connections: Type.Optional(
        Type.Array(
          Type.Object({
            cid: Type.Integer(),
            start: text,
            authorized_user: Type.Optional(text),
          }),
        ),
      ),
    }),
  }),
);
