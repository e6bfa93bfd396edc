import type { AccountSpec } from "../../api/kinds/resource-types.ts";

/**
 * Why the account cannot be served: it has a field that is not implemented yet. Its calls are refused, since ignoring a limit or a storage
 * location silently would break what the account specifies. Undefined if there is no such field.
 */
export function unservedField({ storage }: AccountSpec): string | undefined {
  if (storage !== undefined)
    return "`storage` is not used yet: remove it; pictures go to the operator's bucket";
  return undefined;
}
