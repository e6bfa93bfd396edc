/** What the job of a call says of the page that it shares with others. */
export type LoadRole =
  | { kind: "Alone" }
  /** It loads the page. */
  | { kind: "Carrier"; companions: readonly string[] }
  /** Its picture is taken of the page of the job with this name. */
  | { kind: "Companion"; carrier: string };

/** The part of a call in a load that several calls share. */
export interface LoadMember {
  /** The call is about to create its job of this name, and does so when it knows its role. */
  join(jobName: string, signal: AbortSignal): Promise<LoadRole>;
  /** Its job exists, or will not. May be called twice, and before `join`. */
  settle(): void;
}
