import { Failure } from "../../../api/reasons/failure.ts";

export interface MemoryUse {
  usedBytes: number;
  limitBytes: number;
}

/** Why a page was killed: browsers held nearly all the memory that they may have. */
export function pageOutOfMemory(use: MemoryUse): Failure {
  return new Failure("BrowserOutOfMemory", {
    message: `The page was ended because the browser's memory was nearly used up (${textOf(use)}); a smaller viewport, scale or extent may help`,
  });
}

/** Why a browser was killed, with every page of it. */
export function browserOutOfMemory(use: MemoryUse): Failure {
  return new Failure("BrowserOutOfMemory", {
    message: `The browser was ended because its memory was nearly used up (${textOf(use)}), by this page or another one`,
  });
}

function textOf({ usedBytes, limitBytes }: MemoryUse): string {
  return `${mebibytes(usedBytes)} of ${mebibytes(limitBytes)} MiB`;
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 1024 ** 2);
}
