/**
 * The same call in several languages. What a caller wrote stands in the texts as literals, so that they can be pasted and run.
 *
 * @typedef {string | number | boolean | readonly string[]} OptionValue
 *
 * @typedef {object} Call
 * @property {string} origin Where the gateway is.
 * @property {string} accessKey
 * @property {string} secretKey
 * @property {readonly (readonly [string, OptionValue])[]} options
 * @property {string} extension Of the file that is answered.
 */

const sources = ["url", "html", "markdown"];

/** Names that do not follow from those of the API. @type {Record<string, string>} */
const methodNames = { storage_acl: "storageACL" };

/** Options of the original that its JavaScript SDK has no method for; it has none for options of ours. */
const withoutMethod = ["block_annoyances"];

/**
 * @param {Call} call
 * @returns {string}
 */
export function callURL({ origin, accessKey, options }) {
  const query = new URLSearchParams({ access_key: accessKey });
  for (const [name, value] of options)
    for (const one of typeof value === "object" ? value : [value]) query.append(name, String(one));
  return `${origin}/take?${query.toString()}`;
}

/**
 * @param {Call} call
 * @returns {string}
 */
export function curlText({ origin, accessKey, options, extension }) {
  const body = JSON.stringify(Object.fromEntries(options), undefined, 2).replaceAll("\n", "\n  ");
  return [
    `curl --silent --show-error --fail-with-body --output picture.${extension}`,
    `--header ${shellWord(`X-Access-Key: ${accessKey}`)}`,
    `--json ${shellWord(body)}`,
    shellWord(`${origin}/take`),
  ].join(" \\\n  ");
}

/**
 * @param {Call} call
 * @returns {string}
 */
export function javaScriptText({ origin, accessKey, secretKey, options, extension }) {
  const keys = [accessKey, secretKey, origin].map(literal).join(", ");
  const [source, sourceValue] = options.find(([name]) => sources.includes(name)) ?? ["url", ""];
  const others = options.filter(([name]) => name !== source);
  const calls = others
    .filter(([name]) => hasMethod(name))
    .map(([name, value]) => `\n  .${methodOf(name)}(${argumentsOf(value)})`);
  const rest = others
    .filter(([name]) => !hasMethod(name))
    .flatMap(([name, value]) => [
      `// The SDK has no method for this option.`,
      `options.put(${[name, ...(typeof value === "object" ? value : [String(value)])].map(literal).join(", ")});`,
    ]);
  return [
    `// npm install screenshotone-api-sdk`,
    `import { writeFile } from "node:fs/promises";`,
    `import { Client, TakeOptions } from "screenshotone-api-sdk";`,
    ``,
    `const client = new Client(${keys});`,
    `const options = TakeOptions.${source}(${literal(sourceValue)})${calls.join("")};`,
    ...rest,
    ``,
    `const picture = await client.take(options);`,
    `await writeFile("picture.${extension}", Buffer.from(await picture.arrayBuffer()));`,
    ``,
  ].join("\n");
}

/**
 * @param {Call} call
 * @returns {string}
 */
export function pythonText({ origin, accessKey, secretKey, options, extension }) {
  const isAsynchronous = options.some(([name, value]) => name === "async" && value === true);
  return [
    `# pip install screenshotone`,
    `import shutil`,
    `from screenshotone import Client, TakeOptions, sdk`,
    ``,
    `sdk.API_BASE_URL = ${literal(origin)}`,
    `client = Client(${literal(accessKey)}, ${literal(secretKey)})`,
    `options = TakeOptions({`,
    ...options.map(([name, value]) => `    ${literal(name)}: ${pythonLiteral(value)},`),
    `})`,
    ``,
    ...(isAsynchronous ? [`# This SDK takes the answer 201 of such a call for an error.`] : []),
    `with open("picture.${extension}", "wb") as file:`,
    `    shutil.copyfileobj(client.take(options), file)`,
    ``,
  ].join("\n");
}

/**
 * @param {string} name
 * @returns {boolean}
 */
function hasMethod(name) {
  return !(
    name.startsWith("stills_") ||
    withoutMethod.includes(name) ||
    // Methods that make the options, not of them.
    sources.includes(name)
  );
}

/**
 * @param {string} name
 * @returns {string}
 */
function methodOf(name) {
  const camelCase = name.replaceAll(/_([a-z])/g, (_, letter) => letter.toUpperCase());
  return methodNames[name] ?? camelCase;
}

/**
 * @param {OptionValue} value
 * @returns {string}
 */
function argumentsOf(value) {
  return typeof value === "object" ? value.map(literal).join(", ") : literal(value);
}

/**
 * In JavaScript; texts and numbers are written alike in Python.
 *
 * @param {OptionValue} value
 * @returns {string}
 */
function literal(value) {
  return JSON.stringify(value);
}

/**
 * @param {OptionValue} value
 * @returns {string}
 */
function pythonLiteral(value) {
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "object" ? `[${value.map(literal).join(", ")}]` : literal(value);
}

/**
 * @param {string} text
 * @returns {string}
 */
function shellWord(text) {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
