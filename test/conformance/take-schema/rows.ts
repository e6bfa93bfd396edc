/** A value as a JSON body can hold it. */
export type Value = string | number | boolean | null | readonly Value[] | { [name: string]: Value };

/** Options beside the one that is tested. */
export type Companions = Readonly<Record<string, Value>>;

export type Kind = "boolean" | "integer" | "number" | "string" | "list";

/** One option of `/take` as the original API documents and checks it. Nothing here comes from our catalogue. */
export interface SchemaRow {
  readonly name: string;
  readonly kind: Kind;
  /** What has to be given as well for the values below. */
  readonly with: Companions;
  readonly good: readonly Value[];
  /** Each with what is said about it, after the option's name. */
  readonly bad: readonly (readonly [value: Value, problem: string])[];
  /** Calls with a good value that are refused, since a companion is missing or in the way. */
  readonly refusedWith: readonly Companions[];
  /** Calls with a good value that are taken, although it may ask for nothing there. */
  readonly takenWith: readonly Companions[];
  /** Stills does not have it: only these values pass, the other good ones are refused with a reason. */
  readonly onlyPasses?: readonly Value[];
}

type Details = Partial<
  Pick<SchemaRow, "with" | "refusedWith" | "takenWith" | "onlyPasses" | "good" | "bad">
>;

function row(name: string, kind: Kind, details: Details): SchemaRow {
  const { good = [], bad = [], refusedWith = [], takenWith = [], ...others } = details;
  return { name, kind, with: {}, good, bad, refusedWith, takenWith, ...others };
}

/** A value of another type, with what is said about it. */
const wrong = (problem: string, values: readonly Value[]): [Value, string][] =>
  values.map((value) => [value, problem]);

/** `true`, `false`, and these words in any case. */
export function flag(name: string, details: Details = {}): SchemaRow {
  const bad = wrong("must be a boolean", ["yes", "no", "1", "0", "on", "", " true", 1, 0, null]);
  return row(name, "boolean", {
    ...details,
    good: details.good ?? [true, false, "true", "false", "True", "FALSE"],
    bad: [...bad, ...wrong("must be a boolean", [[], [true], {}])],
  });
}

interface Bounds extends Details {
  readonly least?: number;
  readonly most?: number;
  /** Good values within the bounds. */
  readonly among: readonly number[];
}

/** A whole number or its decimal text. */
export function integer(name: string, { least, most, among, ...details }: Bounds): SchemaRow {
  const good = [least, most, ...among].filter((value) => value !== undefined);
  return row(name, "integer", {
    ...details,
    good: [...good, ...good.map(String), ` ${String(good[0])} `, `${String(good[0])}.0`],
    bad: [
      ...wrong("must be an integer", [800.5, "800.5"]),
      ...wrong("must be a number", ["x", "", "1,000", "0x10", "10px", true, false, null, [], {}]),
      ...(least === undefined
        ? []
        : wrong(`must be greater than or equal to ${least}`, [least - 1, String(least - 1)])),
      ...(most === undefined
        ? []
        : wrong(`must be less than or equal to ${most}`, [most + 1, String(most + 1)])),
    ],
  });
}

/** A number or its decimal text. */
export function number(name: string, { least, most, among, ...details }: Bounds): SchemaRow {
  const good = [least, most, ...among].filter((value) => value !== undefined);
  return row(name, "number", {
    ...details,
    good: [...good, ...good.map(String), `${String(Math.round(good[0] ?? 0))}.`],
    bad: [
      ...wrong("must be a number", ["x", "", "1,5", true, null, [], {}]),
      ...(least === undefined
        ? []
        : wrong(`must be greater than or equal to ${least}`, [least - 0.5, String(least - 1)])),
      ...(most === undefined
        ? []
        : wrong(`must be less than or equal to ${most}`, [most + 0.5, String(most + 1)])),
    ],
  });
}

/** Any text but an empty one, unless `details` say more. */
export function text(name: string, good: readonly Value[], details: Details = {}): SchemaRow {
  return row(name, "string", {
    ...details,
    good,
    bad: [
      ...wrong("must be a string", [5, true, null, [], ["a"], {}]),
      ["", "is not allowed to be empty"],
      ...(details.bad ?? []),
    ],
  });
}

/** One of these words, as they are written here. */
export function words(name: string, all: readonly string[], details: Details = {}): SchemaRow {
  return row(name, "string", {
    ...details,
    good: all,
    bad: [
      ...wrong("must be a string", [5, true, null, ["a"], {}]),
      ...wrong("must be one of", ["nonsense", ...all.filter(hasLetters).map(upper)]),
      ...(details.bad ?? []),
    ],
  });
}

/** One of these words, trimmed and in any case. */
export function foldedWords(
  name: string,
  all: readonly string[],
  details: Details = {},
): SchemaRow {
  const bad = [
    ...wrong("must be a string", [5, true, null, ["a"], {}]),
    ...wrong("must be one of", ["nonsense", "", "  "]),
  ];
  return row(name, "string", {
    ...details,
    good: [...all, ...all.map(upper), ...all.map((word) => ` ${word} `)],
    bad: [...bad, ...(details.bad ?? [])],
  });
}

/** A list of texts; a bare text is a list of one. */
export function list(name: string, items: readonly string[], details: Details = {}): SchemaRow {
  return row(name, "list", {
    ...details,
    good: [items, items.slice(0, 1), [], items[0] ?? ""],
    bad: [...wrong("must be an array", [{}, { a: "b" }, 5, true, null]), ...(details.bad ?? [])],
  });
}

/** What is said about members of a list stands behind the option's name. */
export const ofMember = (member: Value, problem: string): [Value, string][] => [
  [[member], problem],
];

function hasLetters(word: string): boolean {
  return /[a-z]/.test(word);
}

function upper(word: string): string {
  return word.toUpperCase();
}
