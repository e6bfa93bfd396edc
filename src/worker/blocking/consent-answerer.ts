import type { DevToolsClient } from "../browser/devtools/devtools-client.ts";
import { ConsentProgress } from "./consent-progress.ts";
import { loadConsentProgram } from "./consent-program.ts";
import type { ConsentProgram, UnknownBanners } from "./consent-program.ts";

const worldName = "stills-consent";
const bindingName = "stillsConsent";
/** The page's own world answers questions of rules; it may hang. */
const evaluationTimeoutMilliseconds = 1_000;

interface Message {
  type: string;
  id?: string;
  code?: string;
  url?: string;
  result?: boolean;
}

interface Context {
  frameID: string;
  isMain: boolean;
}

/**
 * Answers consent managers in all frames of a page as somebody would who refuses. The program runs in an isolated world; what a rule asks
 * of the page's own world is asked there.
 */
export class ConsentAnswerer {
  readonly progress = new ConsentProgress();
  readonly #program: ConsentProgram;
  readonly #unknown: UnknownBanners;

  private constructor(program: ConsentProgram, unknown: UnknownBanners) {
    this.#program = program;
    this.#unknown = unknown;
  }

  static async load(unknown: UnknownBanners): Promise<ConsentAnswerer> {
    return new ConsentAnswerer(await loadConsentProgram(), unknown);
  }

  /** Starts in a page that is still blank, or in a frame of another site that waits. */
  async attach(
    client: DevToolsClient,
    isMainFrame: (frameID: string) => boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const contexts = new Map<number, Context>();
    client.listen("Runtime.executionContextCreated", ({ context }) => {
      const { frameId = "", isDefault = false } = (context.auxData ?? {}) as {
        frameId?: string;
        isDefault?: boolean;
      };
      contexts.set(context.id, { frameID: frameId, isMain: isDefault });
    });
    client.listen("Runtime.executionContextDestroyed", ({ executionContextId }) =>
      contexts.delete(executionContextId),
    );
    client.listen("Runtime.executionContextsCleared", () => contexts.clear());
    client.listen("Runtime.bindingCalled", ({ name, payload, executionContextId }) => {
      const message = name === bindingName ? parseMessage(payload) : undefined;
      if (message === undefined) return;
      const answer = this.#answer(client, { message, contexts, executionContextId, isMainFrame });
      answer.catch(() => undefined);
    });
    const source = `globalThis.autoconsentSendMessage = (message) => {
      ${bindingName}(JSON.stringify(message));
      return Promise.resolve();
    };
    ${this.#program.source}`;
    await Promise.all([
      client.call("Runtime.enable", undefined, signal),
      client.call(
        "Runtime.addBinding",
        { name: bindingName, executionContextName: worldName },
        signal,
      ),
      client.call("Page.addScriptToEvaluateOnNewDocument", { worldName, source }, signal),
    ]);
  }

  async #answer(
    client: DevToolsClient,
    call: {
      message: Message;
      contexts: ReadonlyMap<number, Context>;
      executionContextId: number;
      isMainFrame: (frameID: string) => boolean;
    },
  ): Promise<void> {
    const { message, contexts, executionContextId, isMainFrame } = call;
    const frameID = contexts.get(executionContextId)?.frameID ?? "";
    const tell = (answer: unknown): void =>
      client.send("Runtime.evaluate", {
        contextId: executionContextId,
        expression: `void autoconsentReceiveMessage(${JSON.stringify(answer)})`,
      });
    if (message.type === "init") {
      const frame = { url: message.url ?? "", isMainFrame: isMainFrame(frameID) };
      return tell(this.#program.startMessage(frame, this.#unknown));
    }
    if (message.type !== "eval") return this.progress.onMessage(message.type, message.result);
    const own = [...contexts].find(([, one]) => one.isMain && one.frameID === frameID)?.[0];
    const result = own === undefined ? false : await evaluate(client, own, message.code ?? "false");
    tell({ type: "evalResp", id: message.id, result });
  }
}

async function evaluate(
  client: DevToolsClient,
  contextId: number,
  expression: string,
): Promise<unknown> {
  try {
    const { result } = await client.call(
      "Runtime.evaluate",
      { contextId, expression, returnByValue: true, awaitPromise: true },
      AbortSignal.timeout(evaluationTimeoutMilliseconds),
    );
    return result.value ?? false;
  } catch {
    return false;
  }
}

/** The world is isolated from the page, but its frames may be hostile: nothing is taken for granted. */
function parseMessage(payload: string): Message | undefined {
  try {
    const message = JSON.parse(payload) as Partial<Message> | null;
    return typeof message?.type === "string" ? (message as Message) : undefined;
  } catch {
    return undefined;
  }
}
