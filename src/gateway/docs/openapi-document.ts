/** A part of an OpenAPI document. */
export type Document = Record<string, unknown>;

/** A reference to a schema of the document. */
export function ref(name: string): Document {
  return { $ref: `#/components/schemas/${name}` };
}
