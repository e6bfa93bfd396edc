import { ServerPool } from "./server-pool.ts";

/**
 * For `node --test --test-global-setup`: what test files share in one run; `server-pool.ts` starts each
 * part when it is first needed. Test processes inherit the environment.
 */
let pool: ServerPool | undefined;

export async function globalSetup(): Promise<void> {
  pool = await ServerPool.start();
  process.env["STILLS_TEST_SERVERS"] = pool.socketPath;
}

export async function globalTeardown(): Promise<void> {
  await pool?.stop();
}
