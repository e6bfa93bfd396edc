import type { CaptureOption } from "../capture-option.ts";
import { storagePathRules } from "../text-rules.ts";

/** Where the picture goes. */
export const storageOptions: readonly CaptureOption[] = [
  {
    path: "storage.path",
    text: "is the path of a copy of the picture, without extension. In the operator's bucket it is below `stored/<namespace>/`.",
    audience: "control",
    value: { type: "string", minLength: 1, maxLength: 512, rules: storagePathRules },
    http: { name: "storage_path", type: "string", needs: ["store"] },
  },
];
