import { largestWebhookPictureText } from "../settings/webhook-limits.ts";
import { cacheTTLBounds } from "./cache-limits.ts";
import { integerOption, switchOption, textOption, type RequestOption } from "./request-option.ts";
import { storageACLWords, s3ACL, storageClasses } from "./storage-classes.ts";
import {
  alphanumeric,
  bucketEndpoint,
  bucketName,
  externalIdentifier,
  longestURL,
  urlRules,
} from "./text-rules.ts";

/** What `/take` answers. */
export const responseTypes = ["by_format", "json", "empty"] as const;

export type ResponseType = (typeof responseTypes)[number];

/** Options of the call: who calls, what is answered, who is notified. */
export const requestOptions = {
  accessKey: textOption(
    "access_key",
    { maxLength: 256 },
    {
      text: "is the account's access key. The header `X-Access-Key` works as well; a body of more than 64 KiB needs it there or in the query.",
    },
  ),
  signature: textOption(
    "signature",
    { maxLength: 64 },
    {
      text: "is the HMAC-SHA256 of the preceding query string with the secret key, in hexadecimal. GET and HEAD only.",
    },
  ),
  responseType: textOption(
    "response_type",
    { maxLength: 16 },
    {
      words: Object.fromEntries(responseTypes.map((word) => [word, word])),
      folded: true,
      default: "by_format",
      text: "says what is answered: the picture, a JSON object about it, or nothing.",
    },
  ),
  asynchronous: switchOption("async", {
    text: "answers 201 at once. The result goes to `webhook_url`, to the bucket, and to the address in `Location`.",
  }),
  webhookURL: textOption(
    "webhook_url",
    { maxLength: longestURL, rules: urlRules },
    {
      syntax: "url",
      excludes: { response_type: "empty" },
      text: `is the address that receives the result: the picture itself if it has at most ${largestWebhookPictureText}, or JSON that links to it with \`response_type=json\`, which has no such limit.`,
    },
  ),
  webhookSign: switchOption("webhook_sign", {
    default: true,
    text: "says whether the webhook carries signatures.",
  }),
  webhookErrors: switchOption("webhook_errors", {
    text: "says whether the webhook is also called when the capture fails.",
  }),
  externalIdentifier: textOption("external_identifier", externalIdentifier, {
    text: "comes back in the webhook's header `X-ScreenshotOne-External-Identifier`.",
  }),
  attachmentName: textOption(
    "attachment_name",
    { maxLength: 255 },
    { text: "is the file name that browsers save the answer under. The extension is added." },
  ),
  aspectRatio: textOption(
    "aspect_ratio",
    { maxLength: 16 },
    {
      words: { "4:3": "4:3", "16:9": "16:9" },
      folded: true,
      endpoint: "animate",
      text: "is the ratio of the window's width to its height, which follows from the width. It wins over `viewport_height`, `width` and `height`. 4:3 unless one of them or a device is given.",
    },
  ),
  store: switchOption("store", {
    requires: ["storage_path"],
    text: "keeps a copy of the picture at `storage_path`: in your own bucket where the call or the account names one, else in the operator's.",
  }),
  storageReturnLocation: switchOption("storage_return_location", {
    text: "says whether the URL of the stored picture is returned.",
  }),
  storageBucket: textOption(
    "storage_bucket",
    { maxLength: bucketName.maxLength },
    {
      text: "is the name of your bucket. Another one than the account's needs `storage_access_key_id` and `storage_secret_access_key`.",
    },
  ),
  storageEndpoint: textOption(
    "storage_endpoint",
    { maxLength: bucketEndpoint.maxLength },
    {
      syntax: "url",
      text: "is the https address of the S3 service, such as `https://s3.eu-west-1.amazonaws.com`; the region follows from it. If its host begins with the bucket's name and a dot, the bucket is not repeated in the path. Unless given: the account's, else Amazon S3.",
    },
  ),
  storageClass: textOption(
    "storage_class",
    { maxLength: 32 },
    {
      words: Object.fromEntries(Object.entries(storageClasses).map(([word, name]) => [name, word])),
      default: storageClasses.Standard,
      text: "is the storage class of the copy in your bucket.",
    },
  ),
  storageACL: textOption(
    "storage_acl",
    { maxLength: 32 },
    {
      words: { "": "", ...Object.fromEntries(storageACLWords.map((word) => [s3ACL[word], word])) },
      default: "",
      text: "says who may read the copy in your bucket: `public-read` everybody.",
    },
  ),
  imageSize: switchOption("metadata_image_size", {
    endpoint: "take",
    text: "returns the picture's width and height.",
  }),
  content: switchOption("metadata_content", {
    text: "keeps the page's content and returns a link to it that works for four hours, or as long as the picture is cached.",
  }),
  cache: switchOption("cache", {
    text: "answers with the picture of an earlier equal call, if one is cached for this account, and caches the picture if not. Options that say who calls and what is answered or notified make no difference. It has no effect with `async` or an empty answer.",
  }),
  cacheTTL: integerOption("cache_ttl", cacheTTLBounds, {
    needs: ["cache"],
    default: cacheTTLBounds.minimum,
    text: "is how long a picture is cached, in seconds.",
  }),
  cacheKey: textOption(
    "cache_key",
    { maxLength: 250, rules: [alphanumeric] },
    { needs: ["cache"], text: "keeps calls apart that are equal otherwise." },
  ),
} as const satisfies Record<string, RequestOption>;
