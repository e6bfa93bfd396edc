/** Width and height in pixels. */
export interface PictureSize {
  widthPixels: number;
  heightPixels: number;
}

/**
 * Reads the size of a PNG, JPEG or WebP from its first bytes (PNG: IHDR; JPEG: start of frame; WebP: RFC 9649, section 2).
 * @throws RangeError or TypeError when the bytes are none of these
 */
export function readPictureSize(bytes: Buffer): PictureSize {
  if (bytes.subarray(1, 4).toString("latin1") === "PNG")
    return { widthPixels: bytes.readUInt32BE(16), heightPixels: bytes.readUInt32BE(20) };
  if (bytes.readUInt16BE(0) === 0xffd8) return readJPEGSize(bytes);
  if (bytes.subarray(8, 12).toString("latin1") === "WEBP") return readWebPSize(bytes);
  throw new TypeError("The bytes are neither PNG, JPEG nor WebP");
}

function readJPEGSize(bytes: Buffer): PictureSize {
  let offset = 2;
  for (;;) {
    const marker = bytes.readUInt16BE(offset);
    // Start of frame: C0 to CF without C4 (Huffman tables), C8 (reserved) and CC (arithmetic conditioning).
    const isFrame =
      marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
    if (isFrame)
      return {
        widthPixels: bytes.readUInt16BE(offset + 7),
        heightPixels: bytes.readUInt16BE(offset + 5),
      };
    offset += 2 + bytes.readUInt16BE(offset + 2);
  }
}

function readWebPSize(bytes: Buffer): PictureSize {
  const kind = bytes.subarray(12, 16).toString("latin1");
  if (kind === "VP8X")
    return {
      widthPixels: 1 + bytes.readUIntLE(24, 3),
      heightPixels: 1 + bytes.readUIntLE(27, 3),
    };
  if (kind === "VP8L") {
    const bits = bytes.readUInt32LE(21);
    return { widthPixels: 1 + (bits & 0x3fff), heightPixels: 1 + ((bits >>> 14) & 0x3fff) };
  }
  return {
    widthPixels: bytes.readUInt16LE(26) & 0x3fff,
    heightPixels: bytes.readUInt16LE(28) & 0x3fff,
  };
}
