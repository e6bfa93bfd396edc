import { readFileSync, readdirSync } from "node:fs";
import { join, posix } from "node:path";

export interface SourceFile {
  /** From the project's root, with slashes. */
  path: string;
  text: string;
}

export interface Import {
  /** From 1. */
  line: number;
  /** A package (`undici`), a part of Node (`node:fs`), or the path of a file from the project's root. */
  target: string;
}

/** Every TypeScript file below a folder, in a stable order. */
export function sourceFiles(folder: string): SourceFile[] {
  return filesBelow(folder)
    .filter((path) => path.endsWith(".ts"))
    .map((path) => ({ path, text: readFileSync(path, "utf8") }));
}

export function isTest(file: SourceFile): boolean {
  return file.path.endsWith(".test.ts") || file.path.startsWith("test/");
}

/** Static imports, exports from, and dynamic imports. */
export function importsOf(file: SourceFile): Import[] {
  const pattern = /(?:\bfrom\s+|\bimport\s+|\bimport\()"([^"\n]+)"/g;
  return [...withoutComments(file.text).matchAll(pattern)].map((match) => {
    const name = match[1] ?? "";
    return {
      line: lineAt(file.text, match.index),
      target: name.startsWith(".") ? posix.join(posix.dirname(file.path), name) : packageOf(name),
    };
  });
}

export interface Place {
  line: number;
  text: string;
}

/** The lines of the code, comments left out, in which a pattern is found. */
export function linesWith(file: SourceFile, pattern: RegExp): Place[] {
  return withoutComments(file.text)
    .split("\n")
    .map((text, index) => ({ line: index + 1, text: text.trim() }))
    .filter(({ text }) => pattern.test(text));
}

/** Comments become blanks, so that lines keep their numbers. Good enough for our own formatted code. */
function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$|(?<=[;{},)\s])\/\/ .*$/gm, (comment) =>
    comment.replaceAll(/[^\n]/g, " "),
  );
}

function packageOf(name: string): string {
  if (name.startsWith("node:")) return name;
  return name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).replaceAll("\\", "/"))
    .toSorted();
}
