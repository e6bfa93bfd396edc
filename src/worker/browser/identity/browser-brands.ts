/** A name and version, as in `Sec-CH-UA`. */
export interface Brand {
  brand: string;
  version: string;
}

const greaseCharacters = " (:-./);=?_";
const greaseVersions = ["8", "99", "24"];
/** Places of the invented brand, of Chromium and of the product. */
const places = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

/**
 * The brands of a browser, in the order and with the invented one that Chromium itself makes of its major version
 * (components/embedder_support/user_agent_utils.cc, since version 105).
 *
 * @param product its own brand beside Chromium's; undefined for Chromium itself
 * @param versionOf from a version to the one that is told: the major part or all of it
 */
export function brandsOf(
  majorVersion: number,
  product: Brand | undefined,
  versions: { chromium: string; grease: (version: string) => string },
): Brand[] {
  const at = (offset: number): string =>
    greaseCharacters[(majorVersion + offset) % greaseCharacters.length] ?? "";
  const grease = {
    brand: `Not${at(0)}A${at(1)}Brand`,
    version: versions.grease(greaseVersions[majorVersion % greaseVersions.length] ?? ""),
  };
  const chromium = { brand: "Chromium", version: versions.chromium };
  const order = places[majorVersion % places.length] ?? places[0];
  const brands: Brand[] = [];
  for (const [index, brand] of [grease, chromium, product].entries())
    if (brand !== undefined) brands[order[index as 0 | 1 | 2]] = brand;
  return brands.filter(Boolean);
}
