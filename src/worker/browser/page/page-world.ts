import { DocumentGone } from "./page-failure.ts";
import type { PageCommands } from "./page-commands.ts";

/** Texts and numbers a script of ours may be given. */
export type ScriptArgument = string | number | boolean | readonly string[];

const worldName = "stills";

/**
 * An isolated world of the main frame: it shares the document with the page, but no global and no prototype, and the
 * page's content security policy does not apply to it. It dies with its document and is made again when next needed.
 */
export class PageWorld {
  readonly #page: PageCommands;
  readonly #frameID: string;
  #contextID: number | undefined;

  constructor(page: PageCommands, frameID: string) {
    this.#page = page;
    this.#frameID = frameID;
  }

  /**
   * Calls a function, given as source text, with the arguments; a promise is awaited. The answer must be JSON.
   * @throws DocumentGone when the page navigated meanwhile; ScriptError when the function threw.
   */
  async call<Result>(
    source: string,
    callArguments: readonly ScriptArgument[],
    signal: AbortSignal,
  ): Promise<Result> {
    this.#contextID ??= await this.#create(signal);
    const answer = await this.#page
      .call(
        "Runtime.callFunctionOn",
        {
          functionDeclaration: source,
          executionContextId: this.#contextID,
          arguments: callArguments.map((value) => ({ value })),
          awaitPromise: true,
          returnByValue: true,
        },
        signal,
      )
      .catch((thrown: unknown) => {
        if (thrown instanceof DocumentGone) this.forget();
        throw thrown;
      });
    if (answer.exceptionDetails !== undefined)
      throw new ScriptError(answer.exceptionDetails.exception?.description ?? "");
    return answer.result.value as Result;
  }

  /** The document is gone and its worlds with it. */
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

/** A script of ours threw; the description is the page's and may hold text of the page. */
export class ScriptError extends Error {
  constructor(description: string) {
    super(description);
    this.name = "ScriptError";
  }
}
