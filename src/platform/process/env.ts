import { readFileSync } from "node:fs";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process; the only place that reads `process.env`. */
export function processEnvironment(): Environment {
  return process.env;
}

/** Every wrong variable in one error, each with its value (never a secret's) and what is allowed. */
export class SettingsInvalid extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      problems.length === 1
        ? `A setting is not valid: ${problems[0]}`
        : `${problems.length} settings are not valid:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
    );
    this.name = "SettingsInvalid";
    this.problems = problems;
  }
}

/** What every setting says of itself: the table of settings in src/README.md is made from it. */
export interface SettingDescription {
  /** What the setting is for, as a sentence. */
  text: string;
  /** For the table, where the default is not a fixed text. */
  defaultText?: string;
}

export interface StringSetting extends SettingDescription {
  default?: string;
  pattern?: RegExp;
  /** What `pattern` means, for people: "a DNS label". */
  allowed?: string;
  maxLength?: number;
}

export interface IntegerSetting extends SettingDescription {
  default?: number;
  min: number;
  max: number;
}

export interface BooleanSetting extends SettingDescription {
  default?: boolean;
}

export interface ChoiceSetting<Choice extends string> extends SettingDescription {
  default?: NoInfer<Choice>;
}

export interface URLSetting extends SettingDescription {
  default?: string;
  /** With the colon: `["http:", "https:"]`. */
  protocols: readonly string[];
}

export interface ListSetting extends SettingDescription {
  default?: readonly string[];
  /** A sentence about what is wrong with an entry, or undefined. */
  problemOf?: (entry: string) => string | undefined;
}

export interface SecretFileSetting extends SettingDescription {
  minLength?: number;
}

/**
 * Typed readers of the environment. A reader never throws: it notes what is wrong and answers with a placeholder, so that
 * `throwIfInvalid()` can name all mistakes at once. An empty variable counts as one that is not set.
 */
export class EnvReader {
  readonly #environment: Environment;
  readonly #problems: string[] = [];

  constructor(environment: Environment = processEnvironment()) {
    this.#environment = environment;
  }

  /** Whether the variable is set to something; for settings without a default that may be left out. */
  has(name: string): boolean {
    return this.#read(name) !== undefined;
  }

  string(name: string, setting: StringSetting): string {
    const allowed = setting.allowed ?? "any text";
    const value = this.#valueOr(name, setting.default, allowed);
    if (value === undefined) return "";
    const limit = setting.maxLength ?? 4096;
    if (value.length > limit) this.#refuse(name, value, `at most ${limit} characters`);
    else if (setting.pattern !== undefined && !setting.pattern.test(value))
      this.#refuse(name, value, setting.allowed ?? `text that matches ${String(setting.pattern)}`);
    return value;
  }

  integer(name: string, setting: IntegerSetting): number {
    const allowed = `a whole number from ${setting.min} to ${setting.max}`;
    const text = this.#read(name);
    if (text === undefined) return setting.default ?? this.#missing(name, allowed, setting.min);
    const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= setting.min && value <= setting.max) return value;
    this.#refuse(name, text, allowed);
    return setting.default ?? setting.min;
  }

  boolean(name: string, setting: BooleanSetting): boolean {
    const text = this.#read(name);
    if (text === undefined)
      return setting.default ?? this.#missing(name, `"true" or "false"`, false);
    if (text !== "true" && text !== "false") this.#refuse(name, text, `"true" or "false"`);
    return text === "true";
  }

  /** The URL as it was written. User names and passwords are refused: secrets are given as files. */
  url(name: string, setting: URLSetting): string {
    const allowed = `a URL that begins with ${setting.protocols.map((protocol) => `${protocol}//`).join(" or ")}`;
    const value = this.#valueOr(name, setting.default, allowed);
    if (value === undefined) return "";
    const url = URL.parse(value);
    if (url === null || !setting.protocols.includes(url.protocol))
      this.#refuse(name, url?.password ? "(not shown)" : value, allowed);
    else if (url.username !== "" || url.password !== "")
      this.#refuse(name, "(not shown)", `${allowed}, without a user name or password in it`);
    return value;
  }

  /** Comma-separated; spaces around entries and empty entries are dropped. */
  list(name: string, setting: ListSetting): string[] {
    const text = this.#read(name);
    if (text === undefined)
      return setting.default === undefined
        ? this.#missing(name, "a comma-separated list", [])
        : [...setting.default];
    const entries = text
      .split(",")
      .map((entry) => entry.trim())
      .filter((entry) => entry !== "");
    for (const entry of entries) {
      const problem = setting.problemOf?.(entry);
      if (problem !== undefined) this.#refuse(name, entry, problem);
    }
    return entries;
  }

  oneOf<const Choice extends string>(
    name: string,
    choices: readonly Choice[],
    setting: ChoiceSetting<Choice>,
  ): Choice {
    const allowed = `one of ${choices.join(", ")}`;
    const text = this.#read(name);
    const fallback = setting.default ?? (choices[0] as Choice);
    if (text === undefined) return setting.default ?? this.#missing(name, allowed, fallback);
    const chosen = choices.find((choice) => choice === text);
    if (chosen !== undefined) return chosen;
    this.#refuse(name, text, allowed);
    return fallback;
  }

  /**
   * The content of the file a `…_FILE` variable names, without line ends at its end. Neither errors nor logs show the
   * content.
   */
  secretFile(name: string, setting: SecretFileSetting): string {
    const path = this.#read(name);
    if (path === undefined) return this.#missing(name, "the path of a file with the secret", "");
    const content = this.#readSecret(name, path);
    const minLength = setting.minLength ?? 1;
    if (content !== undefined && content.length < minLength)
      this.#refuse(name, path, `a file that holds at least ${minLength} characters`);
    return content ?? "";
  }

  /** Notes a mistake that only the role can see, such as two settings that exclude each other. */
  refuse(name: string, allowed: string): void {
    this.#refuse(name, this.#read(name) ?? "", allowed);
  }

  /** Throws `SettingsInvalid` with every problem found so far. */
  throwIfInvalid(): void {
    if (this.#problems.length > 0) throw new SettingsInvalid(this.#problems);
  }

  #read(name: string): string | undefined {
    const value = this.#environment[name]?.trim();
    return value === "" ? undefined : value;
  }

  #valueOr(name: string, fallback: string | undefined, allowed: string): string | undefined {
    const value = this.#read(name) ?? fallback;
    return value ?? this.#missing(name, allowed, undefined);
  }

  #readSecret(name: string, path: string): string | undefined {
    try {
      return readFileSync(path, "utf8").replace(/[\r\n]+$/, "");
    } catch (thrown) {
      const code = (thrown as NodeJS.ErrnoException).code ?? "unknown error";
      this.#refuse(name, path, `the path of a file this process can read (${code})`);
      return undefined;
    }
  }

  #missing<Value>(name: string, allowed: string, placeholder: Value): Value {
    this.#problems.push(`${name} is not set; it must be ${allowed}`);
    return placeholder;
  }

  #refuse(name: string, value: string, allowed: string): void {
    this.#problems.push(`${name} is ${JSON.stringify(value)}; it must be ${allowed}`);
  }
}
