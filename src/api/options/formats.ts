import type { OptionCondition } from "./capture-option.ts";

/** A file format that a page can be captured in. */
interface FileFormat {
  /** Its names over HTTP. */
  readonly names: readonly string[];
  /** Without the dot. */
  readonly extension: string;
  readonly mediaType: string;
  readonly kind: "Picture" | "Document" | "Text" | "Video";
  /** Longest edge that a file can have, in its own pixels; otherwise the area limits it. */
  readonly longestEdgePixels?: number;
  /** `quality` may be given. */
  readonly hasQuality?: true;
}

const rows = {
  PNG: {
    names: ["png"],
    extension: "png",
    mediaType: "image/png",
    kind: "Picture",
    hasQuality: true,
  },
  JPEG: {
    names: ["jpeg", "jpg"],
    extension: "jpg",
    mediaType: "image/jpeg",
    kind: "Picture",
    longestEdgePixels: 65_535,
    hasQuality: true,
  },
  WebP: {
    names: ["webp"],
    extension: "webp",
    mediaType: "image/webp",
    kind: "Picture",
    longestEdgePixels: 16_383,
    hasQuality: true,
  },
  GIF: {
    names: ["gif"],
    extension: "gif",
    mediaType: "image/gif",
    kind: "Picture",
    longestEdgePixels: 65_535,
  },
  TIFF: {
    names: ["tiff"],
    extension: "tiff",
    mediaType: "image/tiff",
    kind: "Picture",
    hasQuality: true,
  },
  AVIF: {
    names: ["avif"],
    extension: "avif",
    mediaType: "image/avif",
    kind: "Picture",
    longestEdgePixels: 16_384,
    hasQuality: true,
  },
  PDF: { names: ["pdf"], extension: "pdf", mediaType: "application/pdf", kind: "Document" },
  HTML: { names: ["html"], extension: "html", mediaType: "text/html; charset=utf-8", kind: "Text" },
  Markdown: {
    names: ["markdown"],
    extension: "md",
    mediaType: "text/markdown; charset=utf-8",
    kind: "Text",
  },
  MP4: { names: ["mp4"], extension: "mp4", mediaType: "video/mp4", kind: "Video" },
  WebM: { names: ["webm"], extension: "webm", mediaType: "video/webm", kind: "Video" },
  MOV: { names: ["mov"], extension: "mov", mediaType: "video/quicktime", kind: "Video" },
  AVI: { names: ["avi"], extension: "avi", mediaType: "video/x-msvideo", kind: "Video" },
} as const satisfies Record<string, FileFormat>;

export type Format = keyof typeof rows;

/** Every file format, by its word in the resource. */
export const formats: Readonly<Record<Format, FileFormat>> = rows;

type FormatOf<Kind extends FileFormat["kind"]> = {
  [Name in Format]: (typeof rows)[Name]["kind"] extends Kind ? Name : never;
}[Format];

/** Formats of still pictures; an animation may be one as well. */
export type PictureFormat = FormatOf<"Picture">;

/** Formats of an animation. */
export type AnimationFormat = FormatOf<"Video"> | "GIF";

/** Formats with the text of the page. */
export type TextFormat = FormatOf<"Text">;

/** The words of the resource, in the order of the documentation. */
export const formatWords = Object.keys(rows) as Format[];

/** Formats of an animation: those with nothing but moving pictures, and GIF, which can hold one picture or several. */
const animatedWords = formatWords.filter(isAnimationFormat);

/** Each name over HTTP of what `/take` makes, and its word in the resource. */
export const formatNames = namesOf(formatWords.filter((word) => formats[word].kind !== "Video"));

/** Each name over HTTP of what `/animate` makes, and its word in the resource. */
export const animationFormatNames = namesOf(animatedWords);

/** Formats of the original API that nothing here can write, and why. */
export const unavailableFormats: Readonly<Record<string, string>> = {
  jp2: "the image library is built without an encoder for JPEG 2000",
  heif: "the image library is built without an encoder for HEVC; avif is the same container with AV1",
};

/** Formats that only `/animate` makes, and what is said to who asks `/take` for one. */
export const formatsOfAnimate: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(animationFormatNames)
    .filter((name) => !Object.hasOwn(formatNames, name))
    .map((name) => [name, "videos are made by `/animate`, which takes this call's options"]),
);

/** Whether a format is one of still pictures. */
export function isPictureFormat(format: Format): format is PictureFormat {
  return formats[format].kind === "Picture";
}

/** Whether a format can hold an animation. */
export function isAnimationFormat(format: Format): format is AnimationFormat {
  return format === "GIF" || formats[format].kind === "Video";
}

/** Whether a format is the text of the page. */
export function isTextFormat(format: Format): format is TextFormat {
  return formats[format].kind === "Text";
}

function namesOf(words: readonly Format[]): Readonly<Record<string, Format>> {
  return Object.fromEntries(
    words.flatMap((word) => formats[word].names.map((name) => [name, word] as const)),
  );
}

function onlyIf(holds: (format: FileFormat) => boolean): OptionCondition {
  return { path: "format", words: formatWords.filter((word) => holds(formats[word])) };
}

/** For options that apply to pictures only. */
export const pictureFormats = onlyIf(({ kind }) => kind === "Picture");

/** For options that also apply to the text of a page. */
export const pictureAndTextFormats = onlyIf(({ kind }) => kind === "Picture" || kind === "Text");

/** Formats that can hold an animation. */
export const animationFormats: OptionCondition = { path: "format", words: animatedWords };

/** Formats that hold nothing else. */
export const videoFormats = onlyIf(({ kind }) => kind === "Video");

/** For the quality of an encoding. */
export const qualityFormats = onlyIf(({ hasQuality }) => hasQuality === true);
