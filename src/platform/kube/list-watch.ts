import { Deadline } from "../process/deadline.ts";
import { KubeError } from "./kube-error.ts";
import type { KubeObject } from "./kube-object.ts";
import type { ListPage } from "./resource-client.ts";
import { ResourceClient } from "./resource-client.ts";
import type { ResourceType } from "./resource-type.ts";
import { collectionPath } from "./resource-type.ts";
import type { KubeTransport } from "./transport.ts";
import type { WatchEvent } from "./watch-events.ts";
import { readWatchEvents } from "./watch-events.ts";
import { WatchSilent } from "./watch-restart-reason.ts";

export interface ListWatchOptions {
  transport: KubeTransport;
  type: ResourceType;
  /** Only this namespace; all without it. */
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** Without a byte for this long a watch counts as broken; bookmarks come about every 60 s. Default 90 s. */
  silenceLimitMilliseconds?: number;
}

interface WatchOptions {
  /** Of the last known state; undefined: all objects first, as synthetic events up to an annotated bookmark (KEP-3157). */
  resourceVersion: string | undefined;
  signal: AbortSignal;
  /** Called when the watch is open. */
  onOpen(): void;
  /** Called for each piece of data. */
  onData(): void;
}

const listTimeoutMilliseconds = 60_000;
const defaultSilenceLimitMilliseconds = 90_000;

/** Lists and watches one kind of objects, as the ListWatch of client-go does. */
export class ListWatch<T extends KubeObject> {
  readonly #options: ListWatchOptions;
  readonly #client: ResourceClient<T>;

  constructor(options: ListWatchOptions) {
    this.#options = options;
    this.#client = new ResourceClient(options.transport, options.type);
  }

  /** The pages of one list, all of the same resourceVersion. @throws KubeError */
  async *list(pageSize: number, signal: AbortSignal): AsyncGenerator<ListPage<T>> {
    const { namespace, labelSelector, fieldSelector } = this.#options;
    let continueToken: string | undefined;
    do {
      const page: ListPage<T> = await this.#client.list({
        limit: pageSize,
        timeoutMilliseconds: listTimeoutMilliseconds,
        signal,
        ...(namespace !== undefined && { namespace }),
        ...(labelSelector !== undefined && { labelSelector }),
        ...(fieldSelector !== undefined && { fieldSelector }),
        ...(continueToken !== undefined && { continueToken }),
      });
      continueToken = page.continueToken;
      yield page;
    } while (continueToken !== undefined);
  }

  /** The events of one watch, until the server ends it. @throws WatchSilent, KubeError, or the signal's reason */
  async *watch(options: WatchOptions): AsyncGenerator<WatchEvent<T>> {
    const { transport, type, namespace } = this.#options;
    const milliseconds = this.#options.silenceLimitMilliseconds ?? defaultSilenceLimitMilliseconds;
    using silence = new Deadline({ milliseconds, parents: [options.signal] });
    let hasData = false;
    const onData = (): void => {
      hasData = true;
      silence.restart();
      options.onData();
    };
    try {
      const stream = await transport.openStream({
        method: "GET",
        verb: "watch",
        path: collectionPath(type, namespace),
        query: this.#query(options.resourceVersion),
        signal: silence.signal,
      });
      options.onOpen();
      yield* readWatchEvents<T>(observed(stream.chunks, onData));
    } catch (thrown) {
      if (silence.isReached && !options.signal.aborted)
        throw new WatchSilent(milliseconds, { cause: thrown });
      throw thrown;
    }
    if (!hasData)
      throw new KubeError({ status: 0, reason: "Unreachable", message: "The watch ended early" });
  }

  #query(
    resourceVersion: string | undefined,
  ): Record<string, string | number | boolean | undefined> {
    return {
      watch: true,
      allowWatchBookmarks: true,
      // Spread, so that the watches of many clients do not end together.
      timeoutSeconds: 290 + Math.floor(Math.random() * 301),
      labelSelector: this.#options.labelSelector,
      fieldSelector: this.#options.fieldSelector,
      ...(resourceVersion === undefined
        ? { sendInitialEvents: true, resourceVersionMatch: "NotOlderThan" }
        : { resourceVersion }),
    };
  }
}

/** The same chunks; calls back before each. */
async function* observed(
  chunks: AsyncIterable<Uint8Array>,
  onChunk: () => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    onChunk();
    yield chunk;
  }
}
