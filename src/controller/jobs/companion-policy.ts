import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { isPageField } from "../../api/options/sealed-fields.ts";
import { annotations } from "../../api/settings/kubernetes-names.ts";
import { loadDigestOf } from "../../core/take/shared-load.ts";
import type { JobProofs } from "../../core/tokens/job-proof.ts";
import type { DispatchPhase } from "./dispatch-phase.ts";
import { isFinished, type JobRecord } from "./job-record.ts";

/** The carrier is created after its companions; the time of creation is in whole seconds. */
const carrierCreationMilliseconds = 3_000;
/** When to look at the carrier again, which may have ended without having been dispatched. */
const lookAgainMilliseconds = 1_000;

/** The names of the jobs that a job says it carries; anybody who may edit it can write them. */
export function carriedNamesOf({ metadata }: ScreenshotJob): string[] {
  const names = metadata.annotations?.[annotations.carries];
  return names === undefined ? [] : names.split(",");
}

/**
 * Whether two jobs of a namespace may be captured of one page: a gateway made both for the same account, neither has secrets for its page,
 * and they differ only in what is taken of it. So nobody gets a picture that a load of their own would not have given.
 */
export function maySharePage(
  carrier: ScreenshotJob,
  companion: ScreenshotJob,
  proofs: Pick<JobProofs, "authorOf">,
): boolean {
  if (companion.metadata.annotations?.[annotations.loadsWith] !== carrier.metadata.name)
    return false;
  const author = proofs.authorOf(carrier);
  if (author === undefined || proofs.authorOf(companion) !== author) return false;
  if ([carrier, companion].some(hasPageSecrets)) return false;
  const digest = loadDigestOf({ ...carrier.spec });
  return digest !== undefined && loadDigestOf({ ...companion.spec }) === digest;
}

function hasPageSecrets({ spec }: ScreenshotJob): boolean {
  return spec.sealed?.some(({ field }) => isPageField(field)) ?? false;
}

/** The carrier of a job as far as it is known. */
export interface KnownCarrier {
  record: JobRecord | undefined;
  phase: DispatchPhase;
  /** It was dispatched before, by this leader or in an earlier attempt. */
  hadTurn: boolean;
}

/**
 * Until when a job that has not been dispatched waits to be dispatched together with its carrier, epoch milliseconds; 0 when that cannot
 * happen any more.
 */
export function waitsForCarrierUntil(
  { createdMilliseconds }: JobRecord,
  { record, phase, hadTurn }: KnownCarrier,
  now: number,
): number {
  if (record === undefined) return createdMilliseconds + carrierCreationMilliseconds;
  const { cancel, deleting, loadsWith, suspend } = record;
  if (isFinished(record) || cancel || deleting || suspend) return 0;
  // One that waits itself carries nobody; an annotation may name anything.
  if (loadsWith !== undefined) return 0;
  return phase === "Dispatched" || hadTurn ? 0 : now + lookAgainMilliseconds;
}
