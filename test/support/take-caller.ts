import assert from "node:assert/strict";
import type { LocalCoordinates } from "./local-stills.ts";

export type TakeOptions = Record<string, string | number | boolean | readonly string[]>;

/** Calls `/take`, or `/animate`, of a running Stills with an account's key; lists repeat their name, as in the original. */
export class TakeCaller {
  readonly #at: Pick<LocalCoordinates, "gatewayURL" | "accessKey">;
  readonly #endpoint: string;

  constructor(
    at: Pick<LocalCoordinates, "gatewayURL" | "accessKey">,
    endpoint: "take" | "animate" = "take",
  ) {
    this.#at = at;
    this.#endpoint = endpoint;
  }

  take(options: TakeOptions, init: RequestInit = {}): Promise<Response> {
    const query = new URLSearchParams({ access_key: this.#at.accessKey });
    for (const [name, value] of Object.entries(options))
      for (const one of typeof value === "object" ? value : [value])
        query.append(name, String(one));
    return fetch(`${this.#at.gatewayURL}/${this.#endpoint}?${query.toString()}`, init);
  }

  /** The body of a call that succeeds; fails otherwise. */
  async bytes(options: TakeOptions): Promise<Buffer> {
    const response = await this.take(options);
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.equal(response.status, 200, bytes.toString("utf8").slice(0, 500));
    return bytes;
  }

  /** The error of a call that fails; fails otherwise. */
  async error(options: TakeOptions): Promise<{ code: string; message: string; status: number }> {
    const response = await this.take(options);
    const body = (await response.json()) as Record<string, string>;
    assert.equal(body["is_successful"], false);
    const { error_code: code = "", error_message: message = "" } = body;
    return { code, message, status: response.status };
  }

  /** What the account can read of a job at `path`, such as the `Location` of an asynchronous call. */
  async read(path: string): Promise<Record<string, unknown>> {
    const headers = { "x-access-key": this.#at.accessKey };
    const response = await fetch(`${this.#at.gatewayURL}${path}`, { headers });
    return (await response.json()) as Record<string, unknown>;
  }
}
