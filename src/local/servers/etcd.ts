import { chmod, mkdir } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { findFreePort } from "./free-port.ts";
import { ServerProcess } from "./server-process.ts";

interface EtcdOptions {
  binary: string;
  /** Data and log go here. */
  directory: string;
  /** PEM files of the server and of the authority its clients must be signed by. */
  certificateFile: string;
  privateKeyFile: string;
  authorityFile: string;
  /** False saves time where a crash of the machine may lose the last writes: in tests. */
  fsync: boolean;
}

interface Etcd {
  readonly process: ServerProcess;
  readonly url: string;
}

/** An etcd with one member on loopback that requires a client certificate, not started yet. */
export async function createEtcd(options: EtcdOptions): Promise<Etcd> {
  const clientPort = await findFreePort();
  const peerURL = `http://127.0.0.1:${await findFreePort()}`;
  const url = `https://127.0.0.1:${clientPort}`;
  const dataDirectory = join(options.directory, "etcd");
  await mkdir(dataDirectory, { recursive: true });
  await chmod(dataDirectory, 0o700);
  const process = new ServerProcess({
    name: "etcd",
    command: options.binary,
    arguments: [
      "--name=stills",
      `--data-dir=${dataDirectory}`,
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=${peerURL}`,
      `--initial-advertise-peer-urls=${peerURL}`,
      `--initial-cluster=stills=${peerURL}`,
      "--client-cert-auth",
      `--cert-file=${options.certificateFile}`,
      `--key-file=${options.privateKeyFile}`,
      `--trusted-ca-file=${options.authorityFile}`,
      "--auto-compaction-mode=periodic",
      "--auto-compaction-retention=30m",
      "--log-level=warn",
      ...(options.fsync ? [] : ["--unsafe-no-fsync"]),
    ],
    logFile: join(options.directory, "etcd.log"),
    isReady: () => accepts(clientPort),
  });
  return { process, url };
}

/** Whether the port accepts connections, which etcd does only after it has a leader. */
async function accepts(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
