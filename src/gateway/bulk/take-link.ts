import { textOfRaw, type RawOptions } from "../take/raw-options.ts";
import { signLink } from "../take/signed-link.ts";

interface LinkSigner {
  publicURL: string;
  /** Becomes part of the link, as in any signed link. */
  accessKey: string;
  secretKey: string;
}

/** A signed link that takes a picture with these options when it is fetched. */
export function takeLink(
  options: RawOptions,
  { publicURL, accessKey, secretKey }: LinkSigner,
): string {
  const query = new URLSearchParams({ access_key: accessKey });
  for (const [name, value] of options)
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, textOfRaw(one));
  const text = query.toString();
  return `${publicURL}/take?${text}&signature=${signLink(text, secretKey)}`;
}
