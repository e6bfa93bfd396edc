import type { AnimationFormat } from "../../api/options/formats.ts";
import type { VideoOrder } from "./video-order.ts";

/** Nothing of a terminal, of the network, or of other processors; errors only. */
const general = ["-nostdin", "-hide_banner", "-loglevel", "error", "-y"];

const decoders = { JPEG: "mjpeg", PNG: "png" } as const;

/** A key frame at least every two seconds, so that players can jump. */
const keyFrameSeconds = 2;

const codecs: Record<AnimationFormat, (order: VideoOrder) => string[]> = {
  MP4: (order) => [...h264(order), "-movflags", "+faststart", "-f", "mp4"],
  MOV: (order) => [
    ...(order.isTransparent ? proRes : h264(order)),
    ...["-movflags", "+faststart", "-f", "mov"],
  ],
  WebM: (order) => [
    ...["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-row-mt", "0"],
    ...["-b:v", "0", "-crf", "32", "-pix_fmt", "yuv420p", ...bt709, ...keyFrames(order)],
    ...["-f", "webm"],
  ],
  AVI: (order) => [
    ...["-c:v", "mpeg4", "-q:v", "3", "-pix_fmt", "yuv420p", ...keyFrames(order), "-f", "avi"],
  ],
  GIF: () => ["-loop", "0", "-f", "gif"],
};

/** What players assume of a video that does not say it, if it is large; a small one they would take for BT.601. */
const bt709 = [
  ...["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"],
  ...["-color_range", "tv"],
];

/** Apple's codec for videos that are cut and put over others: the one with an alpha channel that editors read. */
const proRes = [
  "-c:v",
  "prores_ks",
  "-profile:v",
  "4444",
  "-pix_fmt",
  "yuva444p10le",
  "-vendor",
  "apl0",
  ...bt709,
];

function h264(order: VideoOrder): string[] {
  return [
    ...["-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-pix_fmt", "yuv420p"],
    ...bt709,
    ...keyFrames(order),
  ];
}

function keyFrames({ framesPerSecond }: VideoOrder): string[] {
  return ["-g", String(keyFrameSeconds * framesPerSecond)];
}

/**
 * The command line of ffmpeg: reads frames from its standard input, one picture after the other, and from nowhere else, and writes one
 * file.
 */
export function ffmpegArguments(order: VideoOrder, file: string): string[] {
  const decoder = decoders[order.frames];
  return [
    ...general,
    ...["-protocol_whitelist", "pipe", "-f", "image2pipe", "-c:v", decoder, "-threads", "1"],
    ...["-framerate", String(order.framesPerSecond), "-i", "pipe:0"],
    ...["-filter_threads", "1", "-filter_complex_threads", "1"],
    ...["-filter_complex", filters(order), "-an", "-threads", "1"],
    ...codecs[order.format](order),
    `file:${file}`,
  ];
}

/** What the pixels of a format become, from those of a JPEG (BT.601, full range) or a PNG (RGB). */
function pixels({ format, isTransparent }: VideoOrder): string {
  if (format === "GIF") return "rgb24";
  return isTransparent ? "yuva444p10le" : "yuv420p";
}

/** Scales to fit, keeps proportions, and centres. Players take an AVI for BT.601 whatever it says. */
function filters(order: VideoOrder): string {
  const { widthPixels, heightPixels, frames, format, isTransparent } = order;
  const size = `${widthPixels}:${heightPixels}`;
  const source = frames === "JPEG" ? ":in_color_matrix=bt601:in_range=pc" : "";
  const matrix = format === "AVI" ? "bt601" : "bt709";
  const target = format === "GIF" ? "" : `:out_color_matrix=${matrix}:out_range=tv`;
  const fitted = [
    `scale=${size}:force_original_aspect_ratio=decrease:flags=bicubic${source}${target}`,
    `format=${pixels(order)}`,
    `pad=${size}:-1:-1:color=${isTransparent ? "white@0" : "white"}`,
    "setsar=1",
  ].join(",");
  // A palette for each frame: one for all would need all frames in memory.
  return format === "GIF"
    ? `${fitted},split[a][b];[a]palettegen=stats_mode=single:reserve_transparent=0[p];[b][p]paletteuse=new=1:dither=none`
    : fitted;
}
