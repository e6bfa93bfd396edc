import { Failure } from "../../../api/reasons/failure.ts";
import type { CaptureInProgress } from "./capture-step.ts";

/** An option that names an element. */
export interface ElementOption {
  /** Path of the option in the spec, for messages. */
  path: string;
  selector: string;
  whenMissing: "Continue" | "Fail";
}

/** Fails the capture or adds a warning, as the option says. */
export function reportMissingElement(
  { warnings }: CaptureInProgress,
  { path, selector, whenMissing }: ElementOption,
): void {
  const fact = `Nothing visible matched ${path}.selector "${selector}"`;
  if (whenMissing === "Fail")
    throw new Failure("SelectorNotFound", {
      message: `${fact}; check the selector, or set ${path}.whenMissing to Continue to go on without it`,
    });
  warnings.add(`${fact}, so ${path} had no effect`);
}

interface MissingDetails {
  waitedMilliseconds?: number;
  /** Continues a sentence about the selector, if something matches and cannot be seen. */
  why?: string | undefined;
}

/** The failure of a capture whose element is missing or has no size. */
export function capturedElementMissing(
  selector: string,
  { waitedMilliseconds, why }: MissingDetails = {},
): Failure {
  const within =
    waitedMilliseconds === undefined ? "" : ` within ${Math.round(waitedMilliseconds / 1000)} s`;
  const because = why === undefined ? "" : `: ${why}`;
  return new Failure("SelectorNotFound", {
    message: `Nothing visible matched element.selector "${selector}"${within}${because}; check the selector, or set element.whenMissing to CaptureExtent to capture the viewport instead`,
  });
}
