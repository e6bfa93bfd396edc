export interface StoreKey {
  accessKeyID: string;
  secretAccessKey: string;
}

/** The access key of the user that may read all objects and change none: that of gateways. It is no secret, and bucket policies name it. */
export const readerAccessKeyID = "stills-reader";

/** The content of versitygw's file of users, `users.json`, beside its root user. What a user may do says the policy of the bucket. */
export function versitygwUsersText({ accessKeyID, secretAccessKey }: StoreKey): string {
  const user = { access: accessKeyID, secret: secretAccessKey, role: "user" };
  return JSON.stringify({ accessAccounts: { [accessKeyID]: user } });
}
