import Type from "typebox";

/** Fields that more than one settings file has. */

export const dnsLabel = Type.String({
  pattern: "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$",
  allowed: "a DNS label: lower-case letters, digits and -, 63 at most",
});

export const objectName = Type.String({
  pattern: "^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$",
  allowed: "the name of a Kubernetes object",
});

export const labelValue = Type.String({
  pattern: "^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$",
  allowed: "a label value in quotes",
});

/** A URL of a host, with one of the protocols (with the colon: `nats:`). */
export function urlOf(...protocols: string[]) {
  const begins = protocols.map((name) => `${name}//`).join(" or ");
  const allowed = `a URL that begins with ${begins}, without user and password`;
  return Type.Refine(Type.String({ allowed }), (text) => {
    const url = URL.parse(text);
    return (
      url !== null &&
      protocols.includes(url.protocol) &&
      url.username === "" &&
      url.password === "" &&
      url.hostname !== ""
    );
  });
}
