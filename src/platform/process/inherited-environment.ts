import { processEnvironment } from "./env.ts";

/** These variables of the process, as far as it has them: for a child that needs no settings. */
export function inheritedEnvironment(names: readonly string[]): Record<string, string> {
  const environment = processEnvironment();
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
