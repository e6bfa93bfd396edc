import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CertificateAuthority } from "../../../src/platform/certificates/certificate-authority.ts";
import type { IssuedCertificate } from "../../../src/platform/certificates/certificate-authority.ts";
import { LocalStills } from "../local-stills.ts";
import { ScriptedDNS, type DNSAnswer } from "../scripted-dns.ts";

/** Who a certificate is for; the hosts are names or addresses. */
export interface ReceiverIdentity {
  commonName: string;
  hosts: string[];
}

/** S3 services of customers have this address and names below this domain. */
export const bucketServices = { address: "127.0.53.21", domain: "buckets.example" } as const;

function script(name: string, type: "A" | "AAAA"): DNSAnswer {
  if (type === "A" && name === "inside.example") return { addresses: ["10.9.8.7"] };
  if (type === "A" && name.endsWith(`.${bucketServices.domain}`))
    return { addresses: [bucketServices.address] };
  return { responseCode: 3 };
}

/**
 * A local Stills for several test files. It allows the addresses of all test sites, trusts receivers of webhooks and pictures with a
 * certificate of its own authority, and knows `inside.example`, whose address is private, and the names of bucket services.
 */
export class SharedStills {
  readonly directory: string;
  readonly #stills: LocalStills;
  readonly #names: ScriptedDNS;
  readonly #authority: CertificateAuthority;
  readonly #folder: string;

  private constructor(parts: {
    stills: LocalStills;
    names: ScriptedDNS;
    authority: CertificateAuthority;
    folder: string;
  }) {
    this.directory = parts.stills.directory;
    this.#stills = parts.stills;
    this.#names = parts.names;
    this.#authority = parts.authority;
    this.#folder = parts.folder;
  }

  static async start(): Promise<SharedStills> {
    await using started = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), "stills-test-authority-"));
    started.defer(async () => await rm(folder, { recursive: true, force: true }));
    const authority = new CertificateAuthority("authority of the receivers");
    const authorityFile = join(folder, "ca.pem");
    await writeFile(authorityFile, authority.certificatePEM);
    const names = started.use(await ScriptedDNS.start(script));
    const stills = await LocalStills.start({
      env: {
        STILLS_EGRESS_ALLOW_CIDRS: "127.0.53.0/24",
        STILLS_EGRESS_DNS_SERVERS: names.server,
        NODE_EXTRA_CA_CERTS: authorityFile,
        // Eight slots: more than the files together occupy for longer than the shortest `timeout` of a call.
        STILLS_LOCAL_WORKERS: "4",
      },
    });
    started.move();
    return new SharedStills({ stills, names, authority, folder });
  }

  issueReceiverCertificate(identity: ReceiverIdentity): IssuedCertificate {
    return this.#authority.issue(identity);
  }

  async stop(): Promise<void> {
    await this.#stills.stop();
    await this.#names[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
