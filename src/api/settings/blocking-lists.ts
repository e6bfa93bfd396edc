/** What can be kept off a page with lists of rules. */
export const blockingCategories = [
  "ads",
  "trackers",
  "cookieBanners",
  "chats",
  "socials",
  "annoyances",
] as const;
export type BlockingCategory = (typeof blockingCategories)[number];

/**
 * The package that the lists are taken from when an image is built, or before a local start: nothing is loaded at run time. Its version
 * is what the worker's metric and the gateway's documentation call the version of the lists.
 */
export const blockingListsPackage = {
  name: "@adguard/dnr-rulesets",
  version: "3.3.20260320140136",
  integrity:
    "sha512-n0DqlWWlDYs4P6UdG1H5HQR/nVCMMxq6B6JMj6gvcP4uMvjmLKQw6rPg07vy5+Mn0ty9Q/3OYQldiHsqNSPzuQ==",
} as const;
