import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { KubeCredentials } from "../../src/platform/kube/cluster-access.ts";

/** What a scripted API server does with one request. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * An HTTP server for faults that a healthy kube-apiserver does not produce. Each request gets the next answer of a script, and
 * after its end that of `otherwise`.
 */
export class ScriptedKubeAPI implements AsyncDisposable {
  readonly #server: Server;
  readonly #script: Answer[];
  /** Method and URL of every request, in order. */
  readonly requests: string[] = [];
  readonly headers: IncomingMessage["headers"][] = [];
  otherwise: Answer;

  static async start(script: Answer[], otherwise: Answer): Promise<ScriptedKubeAPI> {
    const api = new ScriptedKubeAPI(script, otherwise);
    await new Promise<void>((resolve) => api.#server.listen(0, "127.0.0.1", resolve));
    return api;
  }

  constructor(script: Answer[], otherwise: Answer) {
    this.#script = [...script];
    this.otherwise = otherwise;
    this.#server = createServer((request, response) => {
      this.requests.push(`${request.method} ${request.url}`);
      this.headers.push(request.headers);
      const answer = this.#script.shift() ?? this.otherwise;
      answer(request, response);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get credentials(): KubeCredentials {
    return { load: async () => ({ server: this.url, headers: {}, tls: {} }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}

/** A JSON answer. */
export function answerWith(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): Answer {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
}

/** A `Status` object with an error, as the API server sends it. */
export function failWith(
  status: number,
  reason: string,
  headers: Record<string, string> = {},
): Answer {
  return answerWith(
    status,
    { kind: "Status", status: "Failure", code: status, reason, message: reason },
    headers,
  );
}

/** The connection breaks before an answer. */
export const resetConnection: Answer = (request) => {
  request.socket.resetAndDestroy();
};

/** No answer, ever. */
export const staySilent: Answer = () => undefined;
