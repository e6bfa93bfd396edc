import { importsOf } from "./source-files.ts";
import type { SourceFile } from "./source-files.ts";

/** The files of src that each file imports, by path. Type imports count: they tie files as much as values do. */
export type ModuleGraph = ReadonlyMap<string, readonly string[]>;

export function moduleGraph(files: readonly SourceFile[]): ModuleGraph {
  return new Map(
    files.map((file) => [
      file.path,
      importsOf(file).flatMap(({ target }) => (target.startsWith("src/") ? [target] : [])),
    ]),
  );
}

/**
 * Groups of two or more files that import one another: the strongly connected components of the graph.
 * The method is Tarjan's (SIAM Journal on Computing 1, 1972).
 */
export function importCycles(graph: ModuleGraph): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const cycles: string[][] = [];

  function visit(file: string): void {
    const position = order.size;
    order.set(file, position);
    lowest.set(file, position);
    path.push(file);
    for (const target of graph.get(file) ?? []) {
      if (!order.has(target)) visit(target);
      else if (!path.includes(target)) continue;
      lowest.set(file, Math.min(lowest.get(file) ?? 0, lowest.get(target) ?? 0));
    }
    if (lowest.get(file) !== position) return;
    const component = path.splice(path.indexOf(file));
    if (component.length > 1 || (graph.get(file) ?? []).includes(file)) cycles.push(component);
  }

  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return cycles;
}

/** The roles that use each file of `src/core/`, directly or through other files that are not a role's. */
export function rolesUsingCore(
  graph: ModuleGraph,
  roles: readonly string[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const users = new Map<string, Set<string>>();
  for (const file of graph.keys()) if (file.startsWith("src/core/")) users.set(file, new Set());

  for (const role of roles) {
    const seen = new Set<string>();
    const open = [...graph.keys()].filter((file) => file.startsWith(`src/${role}/`));
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      users.get(file)?.add(role);
      open.push(...(graph.get(file) ?? []));
    }
  }
  return users;
}
