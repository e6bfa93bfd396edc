import { Failure } from "../../../api/reasons/failure.ts";
import type { PageCookie } from "../../../api/options/sealed-fields.ts";
import { trustedOrigins } from "../../network/trusted-origins.ts";
import type { PageSession } from "./page-session.ts";
import type { Header } from "./request-interception.ts";

/**
 * Gives the page's context cookies, before it is opened. This needs no network domain.
 *
 * @param address of the page, whose host has the cookies that name no domain
 * @throws Failure(OptionInvalid) for one that the browser does not take
 */
export async function setCookies(
  page: PageSession,
  cookies: readonly PageCookie[],
  { address, signal }: { address: string | undefined; signal: AbortSignal },
): Promise<void> {
  const now = Date.now() / 1000;
  const valid = cookies.filter(({ expiresSeconds }) => (expiresSeconds ?? now + 1) > now);
  await Promise.all(
    valid.map(async (cookie) => {
      const { expiresSeconds: expires, path = "/", domain, ...rest } = cookie;
      // For Chromium a domain without the dot is one host alone.
      const place =
        domain === undefined ? { url: addressOf(cookie, address) } : { domain: `.${domain}` };
      const lasting = expires === undefined ? {} : { expires };
      const call = page.call("Network.setCookie", { ...rest, ...place, ...lasting, path }, signal);
      const { success } = await call.catch((thrown: Error) => {
        // "Sanitizing cookie failed", "Invalid cookie fields": the browser's words, without the cookie.
        if (/cookie/i.test((thrown.cause as Error | undefined)?.message ?? ""))
          return { success: false };
        throw thrown;
      });
      if (!success) throw notTaken(cookies.indexOf(cookie));
    }),
  );
}

/**
 * Adds headers to what the page's frames ask of one origin, and to nothing else: not to other hosts, not after a redirect to one,
 * and not where other processes ask (workers, frames of other sites).
 */
export async function addHeaders(
  page: PageSession,
  headers: readonly Header[],
  { address, signal }: { address: string; signal: AbortSignal },
): Promise<void> {
  const origins = trustedOrigins(address);
  await page.requests.add(
    origins.map((origin) => ({ urlPattern: `${origin}/*` })),
    ({ request }) =>
      origins.includes(URL.parse(request.url)?.origin ?? "")
        ? { kind: "Send", headers }
        : undefined,
    signal,
  );
}

/** Browsers take a Secure cookie from https only; it is not sent to an http page then, as it should not be. */
function addressOf({ secure }: PageCookie, address: string | undefined): string {
  const url = new URL(address ?? "about:blank");
  return secure === true ? `https://${url.host}/` : `${url.origin}/`;
}

function notTaken(index: number): Failure {
  return new Failure("OptionInvalid", {
    message: `The browser does not take number ${index + 1} of \`cookies\`: look at its name, Domain and Path`,
  });
}
