import { externalIdentifier, longestURL, urlRules } from "../options/text-rules.ts";
import { largestWebhookPictureText } from "../settings/webhook-limits.ts";
import { flag, object, text, word, type Rule } from "./schema.ts";
import { dnsLabel, secretKeyRef } from "./shared-fields.ts";

const signingRules: Rule[] = [
  {
    rule: "!has(self.accountName) || !has(self.signingSecretRef)",
    message:
      "may not come with `signingSecretRef`: one key signs, so remove one of the two references",
    fieldPath: ".accountName",
  },
  {
    rule: "!has(self.signingSecretRef) || self.sign",
    message:
      "may not come with `sign` false, which leaves signatures out: remove one of the two fields",
    fieldPath: ".signingSecretRef",
  },
];

/** `spec.webhook`: where a message about the end of a job is sent, what it contains, and which key signs it. */
export const webhook = object(
  "asks for a message when the job has ended; its delivery is the condition Notified.",
  {
    url: text("is where the message is sent, https unless the operator allows http.", {
      max: longestURL,
      rules: urlRules,
    }),
    body: word(
      `says what is sent: Envelope is JSON with \`type\`, \`timestamp\` and \`data\` as Standard Webhooks has it, Result is the JSON that \`/take\` answers, Picture is the picture itself (and nothing when there is none), if it has at most ${largestWebhookPictureText}.`,
      ["Envelope", "Result", "Picture"],
      "Envelope",
    ),
    sign: flag(
      "says whether the message carries signatures. They need `signingSecretRef` or `accountName`; without either the message is not signed.",
      true,
    ),
    onFailure: word(
      "says whether the message is also sent when there is no picture. With Omit a job that fails has no condition Notified.",
      ["Send", "Omit"],
      "Send",
    ),
    signingSecretRef: secretKeyRef(
      'names the key of a Secret that messages are signed with (`webhook-signature`). The Secret stands in the job\'s namespace and carries the label stills.dev/usable-by-jobs: "true".',
    ),
    accountName: dnsLabel(
      "is the name of the Account whose secret key messages are signed with (`X-ScreenshotOne-Signature` and `webhook-signature`). It is for jobs of the account's calls of `/take`, which carry a proof; another job names a Secret.",
    ),
    returnLocation: flag("adds the URL of the picture stored at `storage.path`.", false),
    returnImageSize: flag("adds width and height of the picture.", false),
    externalIdentifier: text(
      "comes back in the header `X-ScreenshotOne-External-Identifier` and in the envelope.",
      { max: externalIdentifier.maxLength, rules: externalIdentifier.rules ?? [] },
    ),
  },
  { required: ["url"], rules: signingRules },
);
