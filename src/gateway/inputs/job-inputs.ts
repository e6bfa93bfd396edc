import type { SealedField } from "../../api/kinds/sealed-fields-schema.ts";
import type { SealedSecret } from "../../platform/sealing/sealed-fields.ts";
import type { SpecDraft } from "../take/spec-draft.ts";
import type { InputWriter } from "./input-writer.ts";
import { tooLargeToInline } from "./inline-policy.ts";

/** A text of a spec that may be replaced by a reference to it. */
interface Content {
  text: string;
  /** Puts the reference in place of the text. */
  replace: (spec: SpecDraft, digest: string) => void;
}

const mediaTypes = { html: "text/html", markdown: "text/markdown" } as const;
const references = { scripts: "scriptRef", styles: "styleRef" } as const;

/** Puts content that is too large for a job into the object store, and has the job refer to it. */
export class JobInputs {
  readonly #writer: Pick<InputWriter, "put">;

  constructor(writer: Pick<InputWriter, "put">) {
    this.#writer = writer;
  }

  /** The spec with references in place of its largest texts. @throws TakeError */
  async placeContent(spec: SpecDraft, namespace: string, signal: AbortSignal): Promise<SpecDraft> {
    const contents = contentsOf(spec);
    const stored = tooLargeToInline(contents.map(({ text }) => Buffer.byteLength(text)));
    const placed = { ...spec };
    const replacements = contents.filter((_, position) => stored.has(position));
    await Promise.all(
      replacements.map(async ({ text, replace }) =>
        replace(placed, await this.#writer.put(namespace, Buffer.from(text), signal)),
      ),
    );
    return placed;
  }

  /** The sealed fields with references in place of the largest ciphertexts; nothing else is stored of them. @throws TakeError */
  async placeSealed(
    fields: readonly SealedSecret[],
    namespace: string,
    signal: AbortSignal,
  ): Promise<SealedField[]> {
    const stored = tooLargeToInline(fields.map(({ ciphertext }) => ciphertext.length));
    return await Promise.all(
      fields.map(async ({ ciphertext, ...field }, position) => {
        if (!stored.has(position)) return { ...field, ciphertext };
        const bytes = Buffer.from(ciphertext, "base64url");
        return { ...field, ciphertextDigest: await this.#writer.put(namespace, bytes, signal) };
      }),
    );
  }
}

function contentsOf(spec: SpecDraft): Content[] {
  return [...documentsOf(spec), ...lastTextsOf(spec)];
}

function documentsOf(spec: SpecDraft): Content[] {
  return (["html", "markdown"] as const).flatMap((field) => {
    const text = spec[field];
    if (typeof text !== "string") return [];
    const replace = (placed: SpecDraft, digest: string): void => {
      delete placed[field];
      placed["contentRef"] = { digest, mediaType: mediaTypes[field] };
    };
    return [{ text, replace }];
  });
}

/** Of a list only the last text: what is referred to comes after the others. */
function lastTextsOf(spec: SpecDraft): Content[] {
  return (["scripts", "styles"] as const).flatMap((field) => {
    const texts = spec[field];
    const text: unknown = Array.isArray(texts) ? texts.at(-1) : undefined;
    if (!Array.isArray(texts) || typeof text !== "string") return [];
    const others = texts.slice(0, -1) as string[];
    const replace = (placed: SpecDraft, digest: string): void => {
      if (others.length > 0) placed[field] = others;
      else delete placed[field];
      placed[references[field]] = { digest };
    };
    return [{ text, replace }];
  });
}
