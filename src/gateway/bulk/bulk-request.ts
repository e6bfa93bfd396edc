import { invalidRequest } from "../../core/take/take-error.ts";
import { rawOptionsOfBody, type RawOptions } from "../take/raw-options.ts";

/** A valid call of `/bulk`, as far as its frame goes; the options of each request are not parsed yet. */
export interface BulkRequest {
  /** Whether the pictures are taken now; else the answer has links that take them. */
  execute: boolean;
  /** Whether pictures of one page may be taken of one load. Of no effect on links. */
  optimize: boolean;
  /** The options of each request, with the shared ones under them. */
  requests: readonly RawOptions[];
}

const mostRequests = 20;
const known = new Set(["access_key", "execute", "optimize", "options", "requests"]);
/** They say who calls, and so are the whole call's. */
const ofTheCall = ["access_key", "signature"];

/**
 * Reads the body of a call of `/bulk`.
 * @throws TakeError request_not_valid that names every problem
 */
export function parseBulkRequest(body: RawOptions): BulkRequest {
  const problems = [...body.keys()]
    .filter((name) => !known.has(name))
    .map((name) => `"${name}" is not allowed`);
  const execute = readSwitch("execute", body, problems);
  const optimize = readSwitch("optimize", body, problems);
  const shared = readOptions("options", body.get("options") ?? {}, problems);
  const requests = readRequests(body.get("requests"), problems);
  if (problems.length > 0) throw invalidRequest(problems);
  return { execute, optimize, requests: requests.map((own) => new Map([...shared, ...own])) };
}

function readRequests(given: unknown, problems: string[]): RawOptions[] {
  if (given === undefined) problems.push('"requests" is required');
  else if (!Array.isArray(given)) problems.push('"requests" must be an array');
  else if (given.length === 0 || given.length > mostRequests)
    problems.push(`"requests" must contain from 1 to ${mostRequests} items, not ${given.length}`);
  else return given.map((one, at) => readOptions(`requests[${at}]`, one, problems));
  return [];
}

function readOptions(name: string, given: unknown, problems: string[]): RawOptions {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    problems.push(`"${name}" must be of type object`);
    return new Map();
  }
  const options = rawOptionsOfBody(given);
  for (const option of ofTheCall)
    if (options.has(option)) problems.push(`"${name}.${option}" is not allowed`);
  return options;
}

function readSwitch(name: string, body: RawOptions, problems: string[]): boolean {
  const given = body.get(name);
  const word = typeof given === "string" ? given.toLowerCase() : given;
  if (word === true || word === "true") return true;
  if (word !== undefined && word !== false && word !== "false")
    problems.push(`"${name}" must be a boolean`);
  return false;
}
