import { parseConnectionList } from "../../api/messages/nats-server-messages.ts";
import { serverSubjects } from "../../api/messages/subjects.ts";
import type { NatsAccount } from "../../api/rights/nats-accounts.ts";
import { parseBody } from "./body.ts";
import type { Nats } from "./connection.ts";

/** A connection of a client, as its server lists it. */
export interface ServerConnection {
  serverID: string;
  /** Of the connection at its server. */
  id: number;
  /** The name that the answer to the server's question gave it; of others, their user. */
  user: string;
  /** By the server's clock. */
  ageMilliseconds: number;
}

/** A page of a list is a message, which has to be under the servers' limit of 1 MB. */
const pageSize = 1_000;
/** How many servers there are is not known: the last answer is the one after which none comes for so long. */
const silenceMilliseconds = 500;
const limitMilliseconds = 3_000;

/** The connections of an account at all servers that answer in time. @throws Failure(RequestMalformed) or the client's error */
export async function connectionsOf(nats: Nats, account: NatsAccount): Promise<ServerConnection[]> {
  const found: ServerConnection[] = [];
  let longest = 1;
  for (let offset = 0; offset < longest; offset += pageSize) {
    const question = { acc: account, auth: true, offset, limit: pageSize };
    const answers = await nats.connection.requestMany(
      serverSubjects.connections,
      JSON.stringify(question),
      { strategy: "stall", stall: silenceMilliseconds, maxWait: limitMilliseconds },
    );
    for await (const answer of answers) {
      const {
        server_id: serverID,
        now,
        total,
        connections = [],
      } = parseConnectionList(parseBody(answer.data)).data;
      longest = Math.max(longest, total);
      for (const { cid, start, authorized_user: user = "" } of connections)
        found.push({
          serverID,
          id: cid,
          user,
          ageMilliseconds: Date.parse(now) - Date.parse(start),
        });
    }
  }
  return found;
}

/** Has a server close a connection, at once. One that is closed already is no error. @throws the client's error when nobody answers */
export async function endConnection(
  nats: Nats,
  { serverID, id }: Pick<ServerConnection, "serverID" | "id">,
): Promise<void> {
  await nats.connection.request(serverSubjects.end(serverID), JSON.stringify({ cid: id }), {
    timeout: limitMilliseconds,
  });
}
