/** What a text says, or what is wrong with it: a sentence that continues the option's name. */
type ReadText = { text: string; problem?: undefined } | { problem: string };

/** Texts with a syntax that patterns cannot check. */
export const textSyntaxes = {
  url: readURL,
  pageURL: readPageURL,
  timeZone: readTimeZone,
} as const satisfies Record<string, (text: string) => ReadText>;

const badScheme = "must be a valid URI with a scheme matching the http|https pattern";

/**
 * An address as browsers read it. One that the resource could not hold as it was written (with spaces, or without its two slashes)
 * is written as browsers would.
 */
function readURL(text: string): ReadText {
  if (text === "") return { problem: "is not allowed to be empty" };
  if (text.trim() !== text)
    return { problem: "must be specified without leading and trailing white spaces" };
  const url = URL.parse(text);
  if (url === null)
    return {
      problem:
        "must be a valid URI that begins with https:// or http://, such as https://example.com",
    };
  if (!/^https?:$/.test(url.protocol)) return { problem: badScheme };
  if (/^https?:\/\/https?:(\/|$)/i.test(text)) return { problem: `${badScheme}, named once` };
  return { text: /^https?:\/\/[^/?#\\\s][^\s\p{Cc}]*$/iu.test(text) ? text : url.href };
}

/** The address of a page may name a user; see `credentialsIn`. */
function readPageURL(text: string): ReadText {
  const read = readURL(text);
  const url = "text" in read ? URL.parse(read.text) : null;
  if (url === null || (url.username === "" && url.password === "")) return read;
  url.username = "";
  url.password = "";
  return { text: url.href };
}

/** The user name and the password in an address as a value of the header Authorization; undefined if it has neither. */
export function credentialsIn(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || (url.username === "" && url.password === "")) return undefined;
  const bytes = Buffer.from(`${decoded(url.username)}:${decoded(url.password)}`);
  return `Basic ${bytes.toString("base64")}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A name of the IANA database, aliases included. */
function readTimeZone(text: string): ReadText {
  if (text === "") return { problem: "is not allowed to be empty" };
  const problem = "must be the IANA name of a time zone, such as Europe/Berlin";
  if (!/^[A-Z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(text)) return { problem };
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return { text };
  } catch {
    return { problem };
  }
}
