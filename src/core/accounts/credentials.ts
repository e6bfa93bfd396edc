type SecretData = Readonly<Record<string, string>> | undefined;

/** The keys of an account with a value. Empty ones are left out: every caller could sign with them. */
export interface Credentials {
  /** The current key and, during a rotation, the previous one. */
  accessKeys: string[];
  /** The same; none without a current one. */
  secretKeys: string[];
  /** What is wrong with the Secret, to follow its name; calls are refused then, with the previous keys too. */
  problem: string | undefined;
}

/** Reads the Secret of an account; its values are base64, as the API server gives them. */
export function credentialsOf(data: SecretData): Credentials {
  const current = { accessKey: valueOf(data, "accessKey"), secretKey: valueOf(data, "secretKey") };
  const problems = Object.entries(current).flatMap(([name, value]) => {
    if (value !== undefined) return [];
    return [data?.[name] === undefined ? `no ${name}` : `an empty ${name}`];
  });
  const given = (values: (string | undefined)[]): string[] =>
    values.filter((value) => value !== undefined);
  const secretKeys = [current.secretKey, valueOf(data, "previousSecretKey")];
  return {
    accessKeys: given([current.accessKey, valueOf(data, "previousAccessKey")]),
    secretKeys: current.secretKey === undefined ? [] : given(secretKeys),
    problem: problems.length === 0 ? undefined : `has ${problems.join(" and ")}`,
  };
}

/** Undefined for white space alone, too: a file that was made from an empty variable has a line end. */
function valueOf(data: SecretData, key: string): string | undefined {
  const value = Buffer.from(data?.[key] ?? "", "base64").toString();
  return value.trim() === "" ? undefined : value;
}
