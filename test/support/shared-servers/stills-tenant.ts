import type { IssuedCertificate } from "../../../src/platform/certificates/certificate-authority.ts";
import type { LocalCoordinates } from "../../../src/local/coordinates.ts";
import { eventually } from "../eventually.ts";
import { StillsClient } from "../stills-client.ts";
import { TakeCaller } from "../take-caller.ts";
import { askPool } from "./server-pool-client.ts";
import { SharedStills } from "./shared-stills.ts";
import type { ReceiverIdentity } from "./shared-stills.ts";

const accountsNamespace = "stills-accounts";

interface StillsOfTheRun {
  directory: string;
  issueReceiverCertificate(identity: ReceiverIdentity): Promise<IssuedCertificate>;
  leave(): Promise<void>;
}

/**
 * A namespace and an account of one test file in the local Stills that the files of a run share. Not for tests that kill or
 * configure a part of it.
 */
export class StillsTenant extends StillsClient implements AsyncDisposable {
  readonly #name: string;
  readonly #run: StillsOfTheRun;

  private constructor(name: string, run: StillsOfTheRun) {
    super(run.directory);
    this.#name = name;
    this.#run = run;
  }

  /** `name`: of the namespace and the account, unique in the run. */
  static async create(name: string): Promise<StillsTenant> {
    const tenant = new StillsTenant(name, await findStills());
    await tenant.#createAccount();
    return tenant;
  }

  /** With the namespace and the keys of this tenant. */
  override async coordinates(): Promise<LocalCoordinates> {
    const accessKey = `${this.#name}-access-key`;
    const secretKey = `${this.#name}-secret-key`;
    return { ...(await super.coordinates()), namespace: this.#name, accessKey, secretKey };
  }

  /** A certificate of the authority that this Stills trusts. */
  async issueReceiverCertificate(identity: ReceiverIdentity): Promise<IssuedCertificate> {
    return await this.#run.issueReceiverCertificate(identity);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#run.leave();
  }

  async #createAccount(): Promise<void> {
    const name = this.#name;
    const at = await this.coordinates();
    const metadata = { namespace: accountsNamespace, name };
    const items = [
      { apiVersion: "v1", kind: "Namespace", metadata: { name } },
      {
        ...{ apiVersion: "v1", kind: "Secret", metadata },
        stringData: { accessKey: at.accessKey, secretKey: at.secretKey },
      },
      {
        ...{ apiVersion: "stills.dev/v1alpha1", kind: "Account", metadata },
        spec: { namespace: name, credentialsSecretRef: { name } },
      },
    ];
    await this.apply(JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    const caller = new TakeCaller(at);
    await eventually(`the gateway knows the account ${name}`, async () => {
      const { code } = await caller.error({});
      return code !== "access_key_invalid";
    });
  }
}

/** That of the run, or one of its own where there is no run around the test file (`node --test FILE`). */
async function findStills(): Promise<StillsOfTheRun> {
  const socketPath = process.env["STILLS_TEST_SERVERS"];
  if (socketPath !== undefined) return await stillsOfPool(socketPath);
  const own = await SharedStills.start();
  return {
    directory: own.directory,
    issueReceiverCertificate: async (identity) => own.issueReceiverCertificate(identity),
    leave: async () => await own.stop(),
  };
}

async function stillsOfPool(socketPath: string): Promise<StillsOfTheRun> {
  const { directory } = (await askPool(socketPath, "/stills", {})) as { directory: string };
  return {
    directory,
    issueReceiverCertificate: async (identity) =>
      (await askPool(socketPath, "/stills/certificates", identity)) as IssuedCertificate,
    leave: async () => undefined,
  };
}
