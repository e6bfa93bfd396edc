/** An error of the native routes, answered as a problem document (RFC 9457); with 401 comes the challenge of RFC 6750. */
export class Problem extends Error {
  readonly status: number;
  /** A stable word for programs. */
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.name = "Problem";
    this.status = status;
    this.code = code;
  }
}
