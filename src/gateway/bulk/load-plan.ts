import { disturbanceOf, loadDigestOf } from "../../core/take/shared-load.ts";
import type { TakeRequest } from "../take/take-request.ts";

type Sharing = Pick<TakeRequest, "spec" | "secrets">;

/**
 * Which requests of a call may share a load: groups of two or more, each in the order in which the pictures are taken. A request with
 * secrets for its page is in none: they are sealed for its job alone.
 */
export function planLoads<Request extends Sharing>(requests: readonly Request[]): Request[][] {
  const alike = Map.groupBy(requests, digestOf);
  alike.delete(undefined);
  return [...alike.values()]
    .filter((group) => group.length > 1)
    .map((group) =>
      group.toSorted((one, other) => disturbanceOf(one.spec) - disturbanceOf(other.spec)),
    );
}

function digestOf({ spec, secrets }: Sharing): string | undefined {
  const { storageKeys: _ofTheBucket, ...ofThePage } = secrets;
  return Object.keys(ofThePage).length > 0 ? undefined : loadDigestOf(spec);
}
