import type { Protocol } from "puppeteer-core";
import { DocumentGone } from "./page-failure.ts";
import type { DevToolsClient } from "./devtools-client.ts";

/** What can be passed to a script. */
type ScriptArgument = string | number | boolean | readonly string[];

const worldName = "stills";

/**
 * An isolated world of the main frame: it shares the document with the page, but no globals and prototypes, and the page's
 * content security policy does not apply to it. It ends with its document and is created again when it is needed.
 */
export class IsolatedWorld {
  readonly #page: DevToolsClient;
  readonly #frameID: string;
  #contextID: number | undefined;

  constructor(page: DevToolsClient, frameID: string) {
    this.#page = page;
    this.#frameID = frameID;
  }

  /**
   * Calls a function, given as source text, and returns its result, which must be JSON. A promise is awaited.
   * @throws DocumentGone when the page navigated meanwhile, ScriptError when the function throws
   */
  async call<Result>(
    source: string,
    callArguments: readonly ScriptArgument[],
    signal: AbortSignal,
  ): Promise<Result> {
    const { value } = await this.#callFunction(source, callArguments, true, signal);
    return value as Result;
  }

  /**
   * Like `call`, for a function that returns a node: returns its handle, which is good until the document is replaced. Undefined if
   * the function returns null or undefined.
   */
  async find(
    source: string,
    callArguments: readonly ScriptArgument[],
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { objectId } = await this.#callFunction(source, callArguments, false, signal);
    return objectId;
  }

  /** Calls a function, as `call` does, with nodes: those of the main frame's document, by their ids in the DOM domain. */
  async callWithNodes(
    source: string,
    nodeIDs: readonly number[],
    signal: AbortSignal,
  ): Promise<void> {
    const executionContextId = (this.#contextID ??= await this.#create(signal));
    const resolved = nodeIDs.map((backendNodeId) =>
      this.#page.call("DOM.resolveNode", { backendNodeId, executionContextId }, signal),
    );
    const nodes = (await Promise.all(resolved)).map(({ object }) => ({
      objectId: object.objectId ?? "",
    }));
    const called = { functionDeclaration: source, executionContextId, arguments: nodes };
    await this.#page.call("Runtime.callFunctionOn", called, signal);
  }

  async #callFunction(
    source: string,
    callArguments: readonly ScriptArgument[],
    returnByValue: boolean,
    signal: AbortSignal,
  ): Promise<Protocol.Runtime.RemoteObject> {
    this.#contextID ??= await this.#create(signal);
    const answer = await this.#page
      .call(
        "Runtime.callFunctionOn",
        {
          functionDeclaration: source,
          executionContextId: this.#contextID,
          arguments: callArguments.map((value) => ({ value })),
          awaitPromise: true,
          returnByValue,
        },
        signal,
      )
      .catch((thrown: unknown) => {
        if (thrown instanceof DocumentGone) this.forget();
        throw thrown;
      });
    if (answer.exceptionDetails !== undefined)
      throw new ScriptError(answer.exceptionDetails.exception?.description ?? "");
    return answer.result;
  }

  /**
   * The same with a node of the document, by its backend id, as the last argument: also one that no script reaches, such as a closed shadow
   * root.
   */
  async callWithNode<Result>(
    source: string,
    backendNodeID: number,
    callArguments: readonly ScriptArgument[],
    signal: AbortSignal,
  ): Promise<Result> {
    this.#contextID ??= await this.#create(signal);
    const { object } = await this.#page.call(
      "DOM.resolveNode",
      { backendNodeId: backendNodeID, executionContextId: this.#contextID },
      signal,
    );
    const answer = await this.#page.call(
      "Runtime.callFunctionOn",
      {
        functionDeclaration: source,
        executionContextId: this.#contextID,
        arguments: [
          ...callArguments.map((value) => ({ value })),
          ...(object.objectId === undefined ? [] : [{ objectId: object.objectId }]),
        ],
        awaitPromise: true,
        returnByValue: true,
      },
      signal,
    );
    if (answer.exceptionDetails !== undefined)
      throw new ScriptError(answer.exceptionDetails.exception?.description ?? "");
    return answer.result.value as Result;
  }

  /** To be called when the document was replaced: its worlds have ended. */
  forget(): void {
    this.#contextID = undefined;
  }

  async #create(signal: AbortSignal): Promise<number> {
    const answer = await this.#page.call(
      "Page.createIsolatedWorld",
      { frameId: this.#frameID, worldName },
      signal,
    );
    return answer.executionContextId;
  }
}

/** Thrown when one of our scripts throws. The description may contain text of the page. */
class ScriptError extends Error {
  constructor(description: string) {
    super(description);
    this.name = "ScriptError";
  }
}
