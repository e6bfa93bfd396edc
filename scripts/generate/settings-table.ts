import { format } from "prettier";

import { readControllerConfig } from "../../src/controller/config.ts";
import { readEgressConfig } from "../../src/egress/config.ts";
import { readGatewayConfig } from "../../src/gateway/config.ts";
import { readLocalConfig } from "../../src/local/config.ts";
import type { EnvReader } from "../../src/platform/process/env.ts";
import { createProcessContext } from "../../src/platform/process/process-context.ts";
import { readSetupConfig } from "../../src/setup/config.ts";
import { readLauncherConfig } from "../../src/worker/browser/container/launcher/config.ts";
import { readWorkerConfig } from "../../src/worker/config.ts";
import { tableText } from "./markdown-table.ts";
import type { RecordedSetting } from "./recording-env.ts";
import { RecordingEnv } from "./recording-env.ts";

const begin = "<!-- settings: begin (written by `npm run generate`) -->";
const end = "<!-- settings: end -->";

const readers: Readonly<Record<string, (env: EnvReader) => unknown>> = {
  controller: (env) => [createProcessContext("settings", env), readControllerConfig(env)],
  gateway: (env) => [createProcessContext("settings", env), readGatewayConfig(env)],
  worker: (env) => [createProcessContext("settings", env), readWorkerConfig(env)],
  "worker browser": (env) => [createProcessContext("settings", env), readLauncherConfig(env)],
  egress: (env) => [createProcessContext("settings", env), readEgressConfig(env)],
  setup: (env) => [createProcessContext("settings", env), readSetupConfig(env, true)],
  local: (env) => readLocalConfig(env, []),
};

/** A page with the table of settings between its two marks, or at its end when it has none yet. */
export async function withSettings(page: string): Promise<string> {
  const section = `${begin}\n\n${settingsText()}\n\n${end}`;
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  const whole =
    from >= 0 && to > from
      ? page.slice(0, from) + section + page.slice(to + end.length)
      : `${page.trimEnd()}\n\n## Settings\n\n${section}\n`;
  return await format(whole, { parser: "markdown", printWidth: 100 });
}

interface KnownSetting {
  setting: RecordedSetting;
  roles: string[];
}

function settingsText(): string {
  const settings = new Map<string, KnownSetting>();
  for (const [role, read] of Object.entries(readers)) {
    const env = new RecordingEnv();
    read(env);
    for (const setting of env.settings) {
      const known = settings.get(setting.name) ?? { setting, roles: [] };
      if (known.setting.text !== setting.text)
        throw new Error(`${setting.name} is described twice: read it by one function`);
      if (!known.roles.includes(role)) known.roles.push(role);
      settings.set(setting.name, known);
    }
  }
  return tableText(
    ["variable", "read by", "value", "default", "what for"],
    [...settings.values()]
      .toSorted((one, other) => (one.setting.name < other.setting.name ? -1 : 1))
      .map(rowOf),
  );
}

function rowOf({ setting, roles }: KnownSetting): string[] {
  return [
    `\`${setting.name}\``,
    roles.join(", "),
    setting.allowed,
    setting.defaultText ?? defaultText(setting),
    setting.text,
  ];
}

function defaultText(setting: RecordedSetting): string {
  if (setting.default === undefined) return setting.optional ? "not set" : "**required**";
  return setting.default === "" ? "empty" : `\`${setting.default}\``;
}
