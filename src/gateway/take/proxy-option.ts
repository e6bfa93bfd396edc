import type { UpstreamProxy } from "../../api/messages/page-secrets.ts";
import type { ParsedEntry } from "./cookie-option.ts";

/** Reads `http://user:password@host:port`; the problem continues `"proxy" …` and never repeats the address. */
export function parseProxy(text: string): ParsedEntry<Omit<UpstreamProxy, "bypassHosts">> {
  const url = URL.parse(text);
  const problem = problemOf(text, url);
  if (problem !== undefined || url === null) return { problem: problem ?? "" };
  const username = decoded(url.username);
  const password = decoded(url.password);
  if (username === undefined || password === undefined || username.includes(":"))
    return { problem: "has a user name or password that is not correctly percent-encoded" };
  const credentials = username === "" && password === "" ? {} : { username, password };
  return { value: { ...addressOf(url), ...credentials } };
}

function problemOf(text: string, url: URL | null): string | undefined {
  if (text.trim() !== text) return "must be specified without leading and trailing white spaces";
  if (url === null || url.protocol !== "http:" || url.hostname === "")
    return "must be an address such as 'http://user:password@proxy.example.com:8080'";
  if (!["", "/"].includes(url.pathname) || url.search !== "" || url.hash !== "")
    return "must not have anything after the port";
  return undefined;
}

function addressOf(url: URL): { host: string; port: number } {
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? 80 : Number(url.port),
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
