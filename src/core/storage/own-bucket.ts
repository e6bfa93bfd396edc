import { mayVisitURL } from "../targets/url-policy.ts";
import type { TargetRules } from "../targets/address-policy.ts";
import { objectURL } from "./object-url.ts";

/** A bucket that is not the operator's, as jobs and accounts name it. */
export interface OwnBucket {
  bucket: string;
  endpoint?: string;
  region?: string;
}

const defaultRegion = "us-east-1";

/** Where services put the region into the host of their endpoint. */
const regionsInHosts: readonly RegExp[] = [
  // Amazon's forms, which most others share: `s3.eu-west-1.…`, `s3-eu-west-1.…`, `s3.dualstack.eu-west-1.…`.
  /(?:^|\.)s3(?:-fips)?[.-](?:dualstack\.)?([a-z]{2}(?:-[a-z]+)+-\d+)\./,
  /(?:^|\.)s3\.([a-z]{2}-[a-z]{3})\.scw\.cloud$/,
  /(?:^|\.)s3\.([a-z0-9-]+)\.(?:io|perf)\.cloud\.ovh\.[a-z]+$/,
];

/** The service that has the bucket. */
function endpointOf({ endpoint, region }: OwnBucket): string {
  return endpoint ?? `https://s3.${region ?? defaultRegion}.amazonaws.com`;
}

/** The region that requests are signed for: the one given, else the one in the host of the endpoint. */
export function regionOf(own: OwnBucket): string {
  if (own.region !== undefined) return own.region;
  const { hostname } = new URL(endpointOf(own));
  if (hostname.endsWith(".r2.cloudflarestorage.com")) return "auto";
  const found = regionsInHosts.map((form) => form.exec(hostname)?.[1]);
  return found.find((region) => region !== undefined) ?? defaultRegion;
}

/** The plain URL of an object: where it is put, and its location. */
export function ownObjectURL(own: OwnBucket, key: string): string {
  const endpoint = endpointOf(own);
  const { bucket } = own;
  const service = new URL(endpoint);
  if (!service.hostname.startsWith(`${bucket}.`)) return objectURL({ endpoint, bucket, key });
  // The endpoint names the bucket already.
  service.hostname = service.hostname.slice(bucket.length + 1);
  return objectURL({ endpoint: service.href, bucket, key, pathStyle: false });
}

/** Another bucket of the same service. */
export function withBucket(
  { bucket: before, endpoint, region }: OwnBucket,
  bucket: string,
): OwnBucket {
  const named = { bucket, ...(region !== undefined && { region }) };
  if (endpoint === undefined || !URL.canParse(endpoint))
    return { ...named, ...(endpoint && { endpoint }) };
  const service = new URL(endpoint);
  if (bucket === before || !service.hostname.startsWith(`${before}.`))
    return { ...named, endpoint };
  // Only the bucket before has this address.
  service.hostname = service.hostname.slice(before.length + 1);
  return { ...named, endpoint: service.href.replace(/\/$/, "") };
}

/** The schema of a resource accepts what no URL has, such as a port of 99999. */
function hasURL(own: OwnBucket): boolean {
  return URL.canParse(endpointOf(own));
}

/** Whether two buckets are the same one. */
export function isSameBucket(one: OwnBucket, other: OwnBucket): boolean {
  if (one.bucket !== other.bucket || !hasURL(one) || !hasURL(other)) return false;
  return ownObjectURL(one, "k") === ownObjectURL(other, "k");
}

interface EndpointProblem {
  reason: "BucketInvalid" | "TargetNotAllowed";
  message: string;
}

/** What is wrong with the endpoint, as far as its text shows; its addresses are judged by the egress proxy. */
export function problemOfEndpoint(
  own: OwnBucket,
  { allowsHTTP, rules }: { allowsHTTP: boolean; rules?: TargetRules },
): EndpointProblem | undefined {
  if (!hasURL(own))
    return {
      reason: "BucketInvalid",
      message: "`storage.endpoint`: The address is not a valid URL; write it as https://host",
    };
  const url = ownObjectURL(own, "k");
  const scheme = mayVisitURL(url, allowsHTTP ? {} : { httpSwitch: "STILLS_STORAGE_ALLOW_HTTP" });
  if (!scheme.allowed)
    return { reason: "BucketInvalid", message: `\`storage.endpoint\`: ${scheme.message}` };
  const target = rules === undefined ? scheme : mayVisitURL(url, { rules });
  if (target.allowed) return undefined;
  return { reason: "TargetNotAllowed", message: `\`storage.endpoint\`: ${target.message}` };
}
