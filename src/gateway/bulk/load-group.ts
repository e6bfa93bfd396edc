import { Deadline } from "../../platform/process/deadline.ts";
import { unlessAborted } from "../../platform/process/unless-aborted.ts";
import type { LoadMember, LoadRole } from "../take/load-member.ts";

/** Calls are admitted within milliseconds; who takes longer, such as one that waits for an equal call, loads its own page. */
const mostWaitMilliseconds = 1_000;

interface Member {
  name: string | undefined;
  /** The member knows what it will do: create a job, or not. */
  readonly decided: PromiseWithResolvers<void>;
  readonly settled: PromiseWithResolvers<void>;
}

/**
 * Has the calls that share a load agree on who loads the page: the first that is admitted, in the order in which their pictures are
 * taken. Its job is created last and names the others, so that the controller knows all of them when it dispatches it.
 */
export class LoadGroup {
  readonly #members: readonly Member[];
  #agreed: Promise<readonly Member[]> | undefined;

  /** @param calls how many there are */
  constructor(calls: number) {
    this.#members = Array.from({ length: calls }, () => ({
      name: undefined,
      decided: Promise.withResolvers<void>(),
      settled: Promise.withResolvers<void>(),
    }));
  }

  /** The part of one call. @param place in the order in which the pictures are taken, from 0 */
  member(place: number): LoadMember {
    const member = this.#members[place];
    if (member === undefined) throw new RangeError(`A group has no member ${place}`);
    return {
      join: (jobName, signal) => this.#join(member, jobName, signal),
      settle: () => {
        member.decided.resolve();
        member.settled.resolve();
      },
    };
  }

  async #join(member: Member, jobName: string, signal: AbortSignal): Promise<LoadRole> {
    member.name = jobName;
    member.decided.resolve();
    this.#agreed ??= this.#agree();
    const joined = await unlessAborted(this.#agreed, [signal]);
    const [carrier, ...companions] = joined;
    if (carrier?.name === undefined || companions.length === 0 || !joined.includes(member))
      return { kind: "Alone" };
    if (member !== carrier) return { kind: "Companion", carrier: carrier.name };
    await allWithin(companions.map(({ settled }) => settled.promise));
    return { kind: "Carrier", companions: companions.flatMap((one) => one.name ?? []) };
  }

  /** The members that are about to create a job when all have decided, or the time is over. */
  async #agree(): Promise<readonly Member[]> {
    await allWithin(this.#members.map(({ decided }) => decided.promise));
    return this.#members.filter(({ name }) => name !== undefined);
  }
}

async function allWithin(promises: readonly Promise<void>[]): Promise<void> {
  using deadline = new Deadline({ milliseconds: mostWaitMilliseconds });
  await unlessAborted(Promise.all(promises), [deadline.signal]).catch(() => undefined);
}
