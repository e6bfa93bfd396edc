import type { Rule } from "./schema.ts";

/*
 * Rules about what may change. The server looks at them on every write, of the status too, and each rule of its own costs
 * about a tenth of a millisecond there: so there are few, and they find out quickly that nothing has changed.
 */

const forbidden = { reason: "FieldValueForbidden" } as const;

/** None of the fields may change, appear or go; `others` may. The message names those that did. */
export function immutabilityRule(fields: readonly string[], others: readonly string[]): Rule {
  const same = fields.map((field) => unchanged(`self.${field}`, `oldSelf.${field}`));
  // Not a list with join(): the server's cost estimate for that has no bound.
  const names = fields.map((field, index) => `(${same[index]} ? "" : " \`${field}\`")`);
  return {
    rule: `self == oldSelf || (${same.join(" && ")})`,
    message: `may not change, but for ${others.map((field) => `\`${field}\``).join(" and ")}, once the job exists: make a new ScreenshotJob`,
    messageExpression: `"may not change once the job exists: make a new ScreenshotJob (changed:" + ${names.join(" + ")} + ")"`,
    ...forbidden,
  };
}

/** A switch that cannot be turned off again. */
export function onceTrueRule(field: string): Rule {
  const isTrue = (object: string) => `has(${object}.${field}) && ${object}.${field}`;
  return {
    rule: `!(${isTrue("oldSelf")}) || (${isTrue("self")})`,
    message: "may not go back once it is true: make a new ScreenshotJob",
    fieldPath: `.${field}`,
    ...forbidden,
  };
}

/**
 * Once a job has ended its outcome is immutable, also against a late writer or a status of null.
 * The rule is at the root, since a rule on `status` is not evaluated when the status is removed.
 */
export function finalityRule(): Rule {
  const decided = "o.type == 'Succeeded' && o.status != 'Unknown'";
  const ended = `has(oldSelf.status) && has(oldSelf.status.conditions) && oldSelf.status.conditions.exists(o, ${decided})`;
  const spec = "self.spec == oldSelf.spec";
  const verdict =
    `has(self.status) && has(self.status.conditions) && oldSelf.status.conditions.exists(o, ${decided} && ` +
    "self.status.conditions.exists(c, c.type == o.type && c.status == o.status && c.reason == o.reason))";
  const artifact = unchanged("self.status.artifact", "oldSelf.status.artifact");
  const location = unchanged("self.status.location", "oldSelf.status.location");
  return {
    rule: `!(${ended}) || (${spec} && ${verdict} && ${artifact} && ${location})`,
    message:
      "may not change `spec`, the condition Succeeded, `status.artifact` and `status.location` once the job has ended",
    messageExpression:
      `!(${spec}) ? "may not change \`spec\` once the job has ended: make a new ScreenshotJob" : ` +
      `!(${verdict}) ? "may not take back or change the condition Succeeded once the job has ended" : ` +
      `"may not change " + (${artifact} ? "\`status.location\`" : "\`status.artifact\`") + " once the job has ended"`,
    ...forbidden,
  };
}

/** Whether both are absent or equal. Not `.?field`: the server's cost estimate for optionals has no bound. */
function unchanged(field: string, old: string): string {
  return `(has(${field}) ? has(${old}) && ${field} == ${old} : !has(${old}))`;
}
