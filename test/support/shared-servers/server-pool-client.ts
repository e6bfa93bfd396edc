import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";

/** Asks the server pool of the test run; the body of the response is the caller's to read. */
export async function postToPool(
  socketPath: string,
  path: string,
  body: object,
): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    const call = request({ socketPath, path, method: "POST", agent: false }, resolve);
    call.on("error", reject);
    call.end(JSON.stringify(body));
  });
}

/** The same for an answer that is one JSON value. Rejects with the pool's sentence if it has none. */
export async function askPool(socketPath: string, path: string, body: object): Promise<unknown> {
  const response = await postToPool(socketPath, path, body);
  const answer = await text(response);
  if (response.statusCode !== 200) throw new Error(answer);
  return JSON.parse(answer) as unknown;
}
