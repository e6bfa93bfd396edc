import type { KubeTransport } from "./transport.ts";

/** Whose token it is, as the API server says. */
export interface ReviewedToken {
  /** `system:serviceaccount:<namespace>:<name>` */
  userName: string;
  /** The pod that the token was issued for; undefined when it is nobody's. */
  pod: { name: string; uid: string } | undefined;
}

interface TokenReview {
  status?: {
    authenticated?: boolean;
    audiences?: string[];
    user?: { username?: string; extra?: Record<string, string[]> };
  };
}

const extra = "authentication.kubernetes.io";

/**
 * Asks the API server about a token for one audience.
 * @returns undefined when the token is not valid, or not for this audience
 * @throws KubeError
 */
export async function reviewToken(
  transport: KubeTransport,
  { token, audience }: { token: string; audience: string },
  { signal, timeoutMilliseconds }: { signal: AbortSignal; timeoutMilliseconds: number },
): Promise<ReviewedToken | undefined> {
  const { status } = await transport.request<TokenReview>({
    method: "POST",
    path: "/apis/authentication.k8s.io/v1/tokenreviews",
    body: {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenReview",
      spec: { token, audiences: [audience] },
    },
    timeoutMilliseconds,
    signal,
  });
  // A server that knows nothing of audiences would leave them out.
  if (status?.authenticated !== true || status.audiences?.includes(audience) !== true)
    return undefined;
  const { username = "", extra: facts = {} } = status.user ?? {};
  const [name] = facts[`${extra}/pod-name`] ?? [];
  const [uid] = facts[`${extra}/pod-uid`] ?? [];
  return {
    userName: username,
    pod: name === undefined || uid === undefined ? undefined : { name, uid },
  };
}
