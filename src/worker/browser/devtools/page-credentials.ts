import { Failure } from "../../../api/reasons/failure.ts";
import type { PageCookie } from "../../../api/messages/page-secrets.ts";
import { trustedOrigins } from "../../network/trusted-origins.ts";
import type { PageSession } from "./page-session.ts";
import type { Header } from "./request-interception.ts";

/**
 * Sets cookies of the page's context, before the page is opened. This does not need the network domain.
 *
 * @param address of the page; cookies without a domain belong to its host
 * @throws Failure(OptionInvalid) for a cookie that the browser rejects
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
      // Without the leading dot, Chromium takes the domain for a single host.
      const scope =
        domain === undefined ? { url: addressOf(cookie, address) } : { domain: `.${domain}` };
      const expiry = expires === undefined ? {} : { expires };
      const call = page.call("Network.setCookie", { ...rest, ...scope, ...expiry, path }, signal);
      const { success } = await call.catch((thrown: Error) => {
        // "Sanitizing cookie failed", "Invalid cookie fields": Chromium's messages do not contain the cookie.
        if (/cookie/i.test((thrown.cause as Error | undefined)?.message ?? ""))
          return { success: false };
        throw thrown;
      });
      if (!success) throw cookieRejected(cookies.indexOf(cookie));
    }),
  );
}

/**
 * Adds headers to the requests of the page's frames to trusted origins: not to other hosts, also after a redirect, and not to
 * requests of other processes (workers, cross-site frames).
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

/** Browsers accept a Secure cookie from https only, and do not send it to an http page. */
function addressOf({ secure }: PageCookie, address: string | undefined): string {
  const url = new URL(address ?? "about:blank");
  return secure === true ? `https://${url.host}/` : `${url.origin}/`;
}

function cookieRejected(index: number): Failure {
  return new Failure("OptionInvalid", {
    message: `The browser rejects number ${index + 1} of \`cookies\`: check its name, Domain and Path`,
  });
}
