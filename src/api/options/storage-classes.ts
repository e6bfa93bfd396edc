/** Storage classes of S3 that `/take` knows: our word for each, and the one over HTTP. */
export const storageClasses = {
  Standard: "standard",
  ReducedRedundancy: "reduced_redundancy",
  StandardIA: "standard_ia",
  OneZoneIA: "onezone_ia",
  IntelligentTiering: "intelligent_tiering",
  Glacier: "glacier",
  DeepArchive: "deep_archive",
  Outposts: "outposts",
  GlacierIR: "glacier_ir",
} as const;

export type StorageClass = keyof typeof storageClasses;

export const storageClassWords = Object.keys(storageClasses) as StorageClass[];

/** Who may read an object in a bucket of the user's, beside its owner. */
export const storageACLWords = ["PublicRead"] as const;

export type StorageACL = (typeof storageACLWords)[number];

/** As S3 spells a class in `x-amz-storage-class`. */
export function s3StorageClass(word: StorageClass): string {
  return storageClasses[word].toUpperCase();
}

/** As S3 spells it in `x-amz-acl`. */
export const s3ACL: Readonly<Record<StorageACL, string>> = { PublicRead: "public-read" };
