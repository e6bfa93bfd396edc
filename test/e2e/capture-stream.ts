import { inboxPrefix } from "../../src/api/rights/nats-permissions.ts";
import type { LocalCoordinates } from "../../src/local/coordinates.ts";
import { createNats } from "../../src/platform/nats/connection.ts";
import { capturesOnStream } from "../../src/platform/nats/stream-state.ts";
import { createLogger } from "../../src/platform/process/logger.ts";

/** What NATS itself says of STILLS_CAPTURES, asked by the administrator of local.json. */
export async function captureStream(
  coordinates: LocalCoordinates,
): ReturnType<typeof capturesOnStream> {
  const nats = createNats({
    url: coordinates.natsURL,
    user: coordinates.natsUser,
    passwordFile: coordinates.natsPasswordFile,
    name: "test",
    inboxPrefix: inboxPrefix(coordinates.natsUser, "test"),
    log: createLogger({ component: "test", level: "silent" }),
  });
  await nats.start(new AbortController().signal);
  try {
    return await capturesOnStream(nats);
  } finally {
    await nats.stop();
  }
}
