import { EnvReader } from "../../src/platform/process/env.ts";
import type {
  BooleanSetting,
  ChoiceSetting,
  IntegerSetting,
  ListSetting,
  SecretFileSetting,
  SettingDescription,
  StringSetting,
  URLSetting,
} from "../../src/platform/process/env.ts";

export interface RecordedSetting {
  name: string;
  allowed: string;
  text: string;
  /** For the table, where the default is not a fixed text. */
  defaultText: string | undefined;
  /** Undefined: it has to be set, unless `optional`. */
  default?: string;
  /** The role first asks whether it is there. */
  optional: boolean;
}

/** Notes what a role's `config.ts` asks for, and answers so that it asks for everything. */
export class RecordingEnv extends EnvReader {
  readonly settings: RecordedSetting[] = [];
  readonly #askedFor = new Set<string>();

  constructor() {
    super({});
  }

  override has(name: string): boolean {
    this.#askedFor.add(name);
    return true;
  }

  override string(name: string, setting: StringSetting): string {
    this.#record(name, setting, setting.allowed ?? "text", setting.default);
    return setting.default ?? "example";
  }

  override integer(name: string, setting: IntegerSetting): number {
    const preset = setting.default === undefined ? undefined : String(setting.default);
    this.#record(name, setting, `integer from ${setting.min} to ${setting.max}`, preset);
    return setting.default ?? setting.min;
  }

  override boolean(name: string, setting: BooleanSetting): boolean {
    const preset = setting.default === undefined ? undefined : String(setting.default);
    this.#record(name, setting, "`true` or `false`", preset);
    return setting.default ?? false;
  }

  override url(name: string, setting: URLSetting): string {
    const begins = setting.protocols.map((protocol) => `\`${protocol}//\``).join(" or ");
    this.#record(name, setting, `URL that begins with ${begins}`, setting.default);
    return setting.default ?? `${setting.protocols[0] ?? "http:"}//127.0.0.1`;
  }

  override list(name: string, setting: ListSetting): string[] {
    this.#record(name, setting, "list, separated by commas", setting.default?.join(","));
    return [...(setting.default ?? [])];
  }

  override oneOf<const Choice extends string>(
    name: string,
    choices: readonly Choice[],
    setting: ChoiceSetting<Choice>,
  ): Choice {
    this.#record(
      name,
      setting,
      choices.map((choice) => `\`${choice}\``).join(", "),
      setting.default,
    );
    return setting.default ?? (choices[0] as Choice);
  }

  override secretFile(name: string, setting: SecretFileSetting): string {
    this.#record(name, setting, "path of a file that holds the secret", undefined);
    return "0".repeat(64);
  }

  override refuse(): void {}

  override throwIfInvalid(): void {}

  #record(
    name: string,
    setting: SettingDescription,
    allowed: string,
    preset: string | undefined,
  ): void {
    this.settings.push({
      name,
      allowed,
      text: setting.text,
      defaultText: setting.defaultText,
      optional: this.#askedFor.has(name),
      ...(preset === undefined ? {} : { default: preset }),
    });
  }
}
