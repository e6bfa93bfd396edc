import { RoleProcess } from "../../support/installation/role-process.ts";
import { tokenKey } from "./egress-fixture.ts";

/** `stills egress` as a process, as it runs in its pod. */
export class EgressProcess extends RoleProcess {
  static async start(settings: Record<string, string>): Promise<EgressProcess> {
    const spawned = await RoleProcess.spawn({
      role: "egress",
      environment: {
        STILLS_EGRESS_HOST: "127.0.0.1",
        STILLS_EGRESS_PORT: "0",
        ...settings,
      },
      secrets: { STILLS_PROXY_KEY_FILE: tokenKey },
    });
    return new EgressProcess(...spawned);
  }

  /** The port of the proxy, once it listens. */
  async port(): Promise<number> {
    return Number((await this.untilLogged("Serving as forward proxy"))["port"]);
  }
}
