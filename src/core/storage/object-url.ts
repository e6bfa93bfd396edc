interface ObjectLocation {
  endpoint: string;
  bucket: string;
  key: string;
  /** Default: path style, but virtual hosts for amazonaws.com. */
  pathStyle?: boolean;
}

/** Whether the endpoint is that of Amazon S3, which wants the bucket in the host name. */
export function isAmazon(endpoint: string): boolean {
  const { hostname } = new URL(endpoint);
  return hostname === "amazonaws.com" || /\.amazonaws\.com(\.cn)?$/.test(hostname);
}

/** The plain URL of an object: `endpoint/bucket/key`, or `bucket.host/key` at Amazon (buckets with dots excepted: TLS). */
export function objectURL(location: ObjectLocation): string {
  const url = new URL(location.endpoint);
  const isPathStyle =
    location.pathStyle ?? (!isAmazon(location.endpoint) || location.bucket.includes("."));
  const base = url.pathname.replace(/\/+$/, "");
  if (isPathStyle)
    return `${url.origin}${base}/${encodeURIComponent(location.bucket)}/${encodeKey(location.key)}`;
  return `${url.protocol}//${location.bucket}.${url.host}${base}/${encodeKey(location.key)}`;
}

/** Percent-encodes each segment as S3 does: everything but letters, digits, `-`, `.`, `_` and `~` (RFC 3986). */
export function encodeKey(key: string): string {
  return key.split("/").map(encodeSegment).join("/");
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
