import { listOption, textOption, type RequestOption } from "./request-option.ts";
import { visibleASCII } from "./text-rules.ts";

/** Options that are secrets of the page, its proxy or the caller's bucket: they travel sealed, in `spec.sealed`. */
export const secretOptions = {
  cookies: listOption(
    "cookies",
    { maxItems: 100, items: { maxLength: 4096 } },
    {
      text: "are cookies for the page, each like a Set-Cookie header: `name=value; Domain=example.com; Path=/; Secure`. Without a Domain, a cookie is for the host of `url` only.",
    },
  ),
  headers: listOption(
    "headers",
    { maxItems: 64, items: { maxLength: 8192 } },
    {
      text: "are headers, each as `Name: value`, for requests to the scheme, host and port of `url` (from http also to https of the same host). `Accept-Language` also sets the browser's locale, and `User-Agent` applies to the whole page.",
    },
  ),
  authorization: textOption(
    "authorization",
    { maxLength: 8192, rules: [visibleASCII] },
    {
      text: "is the value of the header `Authorization`, sent where `headers` are sent. A user name and password in `url` become one, too.",
    },
  ),
  proxy: textOption(
    "proxy",
    { maxLength: 2048 },
    {
      text: "is the proxy for the page's requests, `http://user:password@host:port`. Its address must be public.",
    },
  ),
  proxyBypassHosts: listOption(
    "proxy_bypass_hosts",
    {
      maxItems: 64,
      items: {
        maxLength: 255,
        rules: [
          {
            must: "match",
            pattern: "^[A-Za-z0-9.*:_\\[\\]-]+$",
            message:
              "must be a host name such as 'example.com', or a pattern such as '*.example.com'",
          },
        ],
      },
    },
    { text: "are hosts that are reached without `proxy`." },
  ),
  storageAccessKeyID: textOption(
    "storage_access_key_id",
    { maxLength: 256, rules: [visibleASCII] },
    {
      text: "is the access key ID of your bucket, with `storage_secret_access_key`; it needs the right `PutObject` only. Unless given, the account's is used.",
    },
  ),
  storageSecretAccessKey: textOption(
    "storage_secret_access_key",
    { maxLength: 1024, rules: [visibleASCII] },
    { text: "is the secret access key of your bucket." },
  ),
} as const satisfies Record<string, RequestOption>;
