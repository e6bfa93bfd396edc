import type { LinkOptions } from "../../core/take/content-link.ts";
import { invalidRequest, TakeError } from "../../core/take/take-error.ts";
import { disconnectSignalOf } from "../../platform/http/disconnect-signal.ts";
import type { FastifyReply, FastifyRequest, HTTPApp } from "../../platform/http/http-app.ts";
import type { Logger } from "../../platform/process/logger.ts";
import type { AccountDirectory, KnownAccount } from "../accounts/account-directory.ts";
import { authenticate } from "../accounts/authentication.ts";
import { maxHeaderBytes } from "../http/max-header-bytes.ts";
import { headerOf } from "../http/request-parts.ts";
import { toTakeError } from "../http/to-take-error.ts";
import { bodyOptions } from "../take/body-options.ts";
import { textOfRaw, type RawOptions } from "../take/raw-options.ts";
import type { LoadMember } from "../take/load-member.ts";
import { parseTakeRequest, type TakeRequest } from "../take/take-request.ts";
import type { Takes } from "../take/take-service.ts";
import { executeRequest } from "./bulk-execution.ts";
import { parseBulkRequest } from "./bulk-request.ts";
import { LoadGroup } from "./load-group.ts";
import { planLoads } from "./load-plan.ts";
import { takeLink } from "./take-link.ts";

interface BulkRouteDependencies {
  takes: Takes;
  accountDirectory: AccountDirectory;
  links: LinkOptions;
  log: Logger;
}

/** What is left for a link when whoever fetches it adds headers of their own. */
const longestLinkBytes = maxHeaderBytes / 2;

/** `POST /bulk`: up to 20 sets of options; answers with links that take the pictures, or takes them all. */
export function registerBulkRoute(app: HTTPApp, dependencies: BulkRouteDependencies): void {
  app.post("/bulk", (request, reply) => handleBulk(request, reply, dependencies));
}

async function handleBulk(
  request: FastifyRequest,
  reply: FastifyReply,
  dependencies: BulkRouteDependencies,
): Promise<FastifyReply> {
  const { takes, links, log } = dependencies;
  const { account, execute, optimize, items } = readCall(request, dependencies);
  if (!execute) {
    throwIfTooLong(items);
    return reply.send({ responses: items.map(({ url }) => ({ url })) });
  }
  const signal = disconnectSignalOf(reply);
  const errorOf = (thrown: unknown): TakeError => expectedError(thrown, log);
  const loads = optimize ? membersOf(items.map((item) => item.request)) : undefined;
  const responses = await Promise.all(
    items.map(async ({ url, request: item }) => ({
      url,
      response: await executeRequest(item, {
        ...{ takes, account, links, errorOf, signal },
        load: loads?.get(item),
      }),
    })),
  );
  return reply.send({ responses });
}

interface BulkCall {
  account: KnownAccount;
  execute: boolean;
  optimize: boolean;
  items: BulkItem[];
}

interface BulkItem {
  request: TakeRequest;
  /** Takes the picture when it is fetched. */
  url: string;
}

/** Parses all requests before any is executed, so that a refused call creates nothing. */
function readCall(
  request: FastifyRequest,
  { accountDirectory, links }: BulkRouteDependencies,
): BulkCall {
  const options = bodyOptions(request);
  const header = headerOf(request, "x-access-key");
  const account = authenticate({ header, options, rawQuery: undefined }, accountDirectory);
  const { execute, optimize, requests } = parseBulkRequest(options);
  const signer = {
    publicURL: links.publicURL,
    accessKey: textOfRaw(options.get("access_key") ?? header ?? ""),
    secretKey: account.secretKeys[0] ?? "",
  };
  const items = requests.map((raw, at) => ({
    request: parseItem(raw, at),
    url: takeLink(raw, signer),
  }));
  return { account, execute, optimize, items };
}

/** The part of each request that shares a load with others. */
function membersOf(requests: readonly TakeRequest[]): ReadonlyMap<TakeRequest, LoadMember> {
  const members = planLoads(requests).flatMap((sharing) => {
    const group = new LoadGroup(sharing.length);
    return sharing.map((request, place) => [request, group.member(place)] as const);
  });
  return new Map(members);
}

function expectedError(thrown: unknown, log: Logger): TakeError {
  const error = toTakeError(thrown);
  if (error.code === "internal_application_error")
    log.error({ err: thrown, path: "/bulk" }, "Could not execute request");
  return error;
}

function parseItem(raw: RawOptions, at: number): TakeRequest {
  try {
    return parseTakeRequest(raw);
  } catch (thrown) {
    if (!(thrown instanceof TakeError)) throw thrown;
    throw new TakeError(thrown.code, { message: `requests[${at}]: ${thrown.message}` });
  }
}

function throwIfTooLong(items: readonly BulkItem[]): void {
  const problems = items.flatMap(({ url }, at) =>
    url.length <= longestLinkBytes
      ? []
      : [
          `"requests[${at}]" makes a link of ${url.length} bytes and may make one of ${longestLinkBytes}; send it with "execute": true, or as a POST to /take`,
        ],
  );
  if (problems.length > 0) throw invalidRequest(problems);
}
