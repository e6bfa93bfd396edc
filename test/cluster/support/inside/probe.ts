import { connect } from "node:net";

/* Says for each HOST:PORT whether a TCP connection comes about, as JSON. A name that is not found is a failure, too. */

const limitMilliseconds = 3000;

async function probe(target: string): Promise<string> {
  const colon = target.lastIndexOf(":");
  const socket = connect(Number(target.slice(colon + 1)), target.slice(0, colon));
  const said = await new Promise<string>((resolve) => {
    socket.once("connect", () => resolve("connected"));
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    setTimeout(() => resolve("no answer"), limitMilliseconds);
  });
  socket.destroy();
  return said;
}

const targets = process.argv.slice(1);
const outcomes = await Promise.all(targets.map(async (target) => [target, await probe(target)]));
console.log(JSON.stringify(Object.fromEntries(outcomes)));
process.exit(0);
