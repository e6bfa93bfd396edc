/** Request headers that ask for less than the whole of a stored file (RFC 9110, 13 and 14). */
export interface PartialRequest {
  method: string;
  range: string | undefined;
  ifRange: string | undefined;
  ifNoneMatch: string | undefined;
}

interface StoredFile {
  /** In quotes, as the header has it. */
  etag: string;
  sizeBytes: number;
}

/** First and last byte, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

export type Delivery =
  | { kind: "Whole" }
  | { kind: "NotModified"; etag: string }
  | { kind: "Part"; range: ByteRange; sizeBytes: number }
  | { kind: "Unsatisfiable"; sizeBytes: number };

/** Whether the whole file has to be looked up before it is read. */
export function asksForLess({ range, ifNoneMatch }: PartialRequest): boolean {
  return range !== undefined || ifNoneMatch !== undefined;
}

/** What to answer. Several ranges in one request, and ranges of a HEAD, get the whole file, as the RFC allows. */
export function planDelivery(request: PartialRequest, file: StoredFile): Delivery {
  if (request.ifNoneMatch !== undefined && matches(request.ifNoneMatch, file.etag))
    return { kind: "NotModified", etag: file.etag };
  const { method, range, ifRange } = request;
  const isCurrent = ifRange === undefined || ifRange === file.etag;
  if (method === "HEAD" || range === undefined || !isCurrent) return { kind: "Whole" };
  return partOf(range, file.sizeBytes);
}

/** The value of the header `Content-Range`. */
export function contentRange({ range, sizeBytes }: Extract<Delivery, { kind: "Part" }>): string {
  return `bytes ${range.start}-${range.end}/${sizeBytes}`;
}

function matches(list: string, etag: string): boolean {
  const tags = list.split(",").map((one) => one.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(etag);
}

function partOf(range: string, sizeBytes: number): Delivery {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range.trim()) ?? [];
  if (first === "") return last === "" ? { kind: "Whole" } : partFrom(sizeBytes - Number(last));
  const start = Number(first);
  const end = last === "" ? Number.POSITIVE_INFINITY : Number(last);
  return end < start ? { kind: "Whole" } : partFrom(start, end);

  function partFrom(from: number, to = Number.POSITIVE_INFINITY): Delivery {
    if (from >= sizeBytes) return { kind: "Unsatisfiable", sizeBytes };
    const range = { start: Math.max(0, from), end: Math.min(to, sizeBytes - 1) };
    return { kind: "Part", range, sizeBytes };
  }
}
