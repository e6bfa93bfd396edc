import type { ScreenshotClassSpec } from "../../api/kinds/resource-types.ts";

/** An installation, by its namespace. */
export type ClassHolder = ScreenshotClassSpec["holder"];

/** `Yield`: the class belongs to another installation. */
export type ClaimPlan = "Create" | "Keep" | "TakeOver" | "Yield";

/**
 * Decides what an installation does about a class. A holder is gone when no namespace has its name and uid, so a namespace made anew, or
 * restored from a backup, is not the holder any more.
 */
export function planClaim(observed: {
  own: ClassHolder;
  /** Undefined: nobody has claimed the class. */
  holder: ClassHolder | undefined;
  /** Of the namespace with the holder's name, as it is now; undefined: there is none. */
  namespaceUID: string | undefined;
}): ClaimPlan {
  const { own, holder, namespaceUID } = observed;
  if (holder === undefined) return "Create";
  if (holder.namespaceUID === own.namespaceUID) return "Keep";
  return holder.namespaceUID === namespaceUID ? "Yield" : "TakeOver";
}
