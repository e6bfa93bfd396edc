/**
 * A TrueType font with one glyph, made here so that none has to be shipped: the letter "A" is a block that fills the em
 * square. Text set in it is a plain rectangle, text set in a fallback font is not. (OpenType 1.9, the tables by name.)
 */
export function makeBlockFont(): Buffer {
  return sfnt([
    ["OS/2", os2Table()],
    ["cmap", cmapTable()],
    ["glyf", glyph],
    ["head", headTable()],
    ["hhea", hheaTable()],
    ["hmtx", uint16s(unitsPerEm, 0, unitsPerEm, 0)],
    ["loca", uint16s(0, 0, glyph.length / 2)],
    ["maxp", maxpTable()],
    ["name", nameTable("Stills Block")],
    ["post", Buffer.concat([uint32s(0x00030000), Buffer.alloc(28)])],
  ]);
}

const unitsPerEm = 1000;
const letterA = 0x41;

/** Glyph 1: one contour of four corners, 0,0 to 1000,1000. Glyph 0 is empty. */
const glyph = Buffer.concat([
  int16s(1, 0, 0, unitsPerEm, unitsPerEm),
  uint16s(3, 0),
  Buffer.from([1, 1, 1, 1]),
  int16s(0, 0, unitsPerEm, 0, 0, unitsPerEm, 0, -unitsPerEm),
]);

function sfnt(tables: [tag: string, content: Buffer][]): Buffer {
  const searchRange = 16 * 2 ** Math.floor(Math.log2(tables.length));
  const header = Buffer.concat([
    uint32s(0x00010000),
    uint16s(
      tables.length,
      searchRange,
      Math.floor(Math.log2(tables.length)),
      tables.length * 16 - searchRange,
    ),
  ]);
  let offset = header.length + tables.length * 16;
  const entries: Buffer[] = [];
  const contents: Buffer[] = [];
  for (const [tag, content] of tables) {
    const padded = Buffer.concat([content, Buffer.alloc((4 - (content.length % 4)) % 4)]);
    entries.push(
      Buffer.concat([
        Buffer.from(tag, "latin1"),
        uint32s(checksum(padded), offset, content.length),
      ]),
    );
    contents.push(padded);
    offset += padded.length;
  }
  return Buffer.concat([header, ...entries, ...contents]);
}

function headTable(): Buffer {
  return Buffer.concat([
    uint32s(0x00010000, 0x00010000, 0, 0x5f0f3cf5),
    uint16s(0b11, unitsPerEm),
    Buffer.alloc(16),
    int16s(0, 0, unitsPerEm, unitsPerEm),
    uint16s(0, 8),
    int16s(2, 0, 0),
  ]);
}

function hheaTable(): Buffer {
  return Buffer.concat([
    uint32s(0x00010000),
    int16s(unitsPerEm, 0, 0, unitsPerEm, 0, 0, unitsPerEm, 1, 0, 0, 0, 0, 0, 0, 0),
    uint16s(2),
  ]);
}

function maxpTable(): Buffer {
  return Buffer.concat([uint32s(0x00010000), uint16s(2, 4, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0)]);
}

/** One subtable of format 4 for Windows and Unicode: the letter and the end mark. */
function cmapTable(): Buffer {
  const segments = uint16s(4, 4, 1, 0, letterA, 0xffff, 0, letterA, 0xffff, 1 - letterA, 1, 0, 0);
  const subtable = Buffer.concat([uint16s(4, 6 + segments.length, 0), segments]);
  return Buffer.concat([uint16s(0, 1, 3, 1), uint32s(12), subtable]);
}

function nameTable(family: string): Buffer {
  const texts: [id: number, text: string][] = [
    [1, family],
    [2, "Regular"],
    [4, family],
    [6, family.replaceAll(" ", "")],
  ];
  const records: Buffer[] = [];
  const strings: Buffer[] = [];
  let offset = 0;
  for (const [id, text] of texts) {
    const encoded = Buffer.from(text, "utf16le").swap16();
    records.push(uint16s(3, 1, 0x0409, id, encoded.length, offset));
    strings.push(encoded);
    offset += encoded.length;
  }
  return Buffer.concat([uint16s(0, texts.length, 6 + texts.length * 12), ...records, ...strings]);
}

/** Version 3, embedding allowed, weight 400, width 5. */
function os2Table(): Buffer {
  const table = Buffer.alloc(96);
  table.writeUInt16BE(3, 0);
  table.writeInt16BE(unitsPerEm, 2);
  table.writeUInt16BE(400, 4);
  table.writeUInt16BE(5, 6);
  table.write("NONE", 58, "latin1");
  table.writeUInt16BE(0b1000000, 62);
  table.writeUInt16BE(letterA, 64);
  table.writeUInt16BE(letterA, 66);
  table.writeInt16BE(unitsPerEm, 68);
  table.writeUInt16BE(unitsPerEm, 74);
  return table;
}

function checksum(content: Buffer): number {
  let sum = 0;
  for (let offset = 0; offset < content.length; offset += 4)
    sum = (sum + content.readUInt32BE(offset)) >>> 0;
  return sum;
}

function uint16s(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value & 0xffff, index * 2);
  return bytes;
}

function int16s(...values: number[]): Buffer {
  return uint16s(...values);
}

function uint32s(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}
