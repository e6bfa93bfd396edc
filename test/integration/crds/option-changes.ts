import type { CaptureOption } from "../../../src/api/options/capture-option.ts";
import { captureOptions, fieldOf, nameOf } from "../../../src/api/options/capture-options.ts";
import type { OptionValue } from "../../../src/api/options/option-value.ts";

/** A patch of each field of the catalogue with a value other than its default, by field. */
export function changesOfOptions(): Record<string, Record<string, unknown>> {
  const fields = new Set(
    captureOptions
      .filter(({ audience }) => audience === undefined)
      .map(({ path }) => fieldOf(path)),
  );
  return Object.fromEntries([...fields].map((field) => [field, { [field]: changedField(field) }]));
}

function changedField(field: string): unknown {
  const options = captureOptions.filter(({ path }) => fieldOf(path) === field);
  const required = options.filter((option) => option.required === true);
  const [first, ...more]: CaptureOption[] = required.length > 0 ? required : options.slice(0, 1);
  if (first?.path === field) return changedValue(first.value);
  return Object.fromEntries(
    [first, ...more].flatMap((option) =>
      option === undefined ? [] : [[nameOf(option.path), changedValue(option.value)]],
    ),
  );
}

/** A value within the bounds that is not the default. */
function changedValue(value: OptionValue): unknown {
  switch (value.type) {
    case "string":
      return "a".repeat(value.minLength ?? 1);
    case "word":
      return value.words.findLast((word) => word !== value.default);
    case "integer":
      return value.minimum === value.default ? value.minimum + 1 : value.minimum;
    case "boolean":
      return value.default !== true;
    case "list":
      return [changedValue(value.items)];
  }
}
