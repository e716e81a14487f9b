/** A CID-keyed CFF font (Adobe Technical Note 5176) of exactly the given shapes: code 0 is .notdef, code n the n-th shape. */

import { charstringOf } from './charstring.ts';
import type { GlyphShape } from './shape.ts';

const operator = {
  fontBBox: [5],
  charset: [15],
  charStrings: [17],
  private: [18],
  defaultWidthX: [20],
  nominalWidthX: [21],
  ros: [12, 30],
  cidCount: [12, 34],
  fdArray: [12, 36],
  fdSelect: [12, 37],
} as const;

/** .notdef: half an em wide, nothing drawn. */
const notdef = Uint8Array.from([248, 136, 14]);

/** Bytes for FontFile3, Subtype CIDFontType0C. */
export function cffSubset(name: string, shapes: readonly GlyphShape[], box: readonly number[]): Buffer {
  const count = shapes.length + 1;
  const header = Buffer.from([1, 0, 4, 4]);
  const names = index([Buffer.from(name, 'latin1')]);
  const strings = index([Buffer.from('Adobe'), Buffer.from('Identity')]);
  const globalSubroutines = index([]);
  const charset = Buffer.from([2, 0, 1, (count - 2) >> 8, (count - 2) & 255]);
  const fdSelect = Buffer.from([3, 0, 1, 0, 0, 0, count >> 8, count & 255]);
  const charStrings = index([notdef, ...shapes.map(charstringOf)]);
  const privateDict = Buffer.concat([entry([0], operator.defaultWidthX), entry([0], operator.nominalWidthX)]);
  const fontDict = (offset: number) => index([offsetEntry([privateDict.length, offset], operator.private)]);
  const topDict = (at: { charset: number; fdSelect: number; charStrings: number; fdArray: number }) =>
    index([
      Buffer.concat([
        entry([391, 392, 0], operator.ros),
        entry(box, operator.fontBBox),
        entry([count], operator.cidCount),
        offsetEntry([at.charset], operator.charset),
        offsetEntry([at.fdSelect], operator.fdSelect),
        offsetEntry([at.charStrings], operator.charStrings),
        offsetEntry([at.fdArray], operator.fdArray),
      ]),
    ]);
  const topLength = topDict({ charset: 0, fdSelect: 0, charStrings: 0, fdArray: 0 }).length;
  const charsetAt = header.length + names.length + topLength + strings.length + globalSubroutines.length;
  const fdSelectAt = charsetAt + charset.length;
  const charStringsAt = fdSelectAt + fdSelect.length;
  const fdArrayAt = charStringsAt + charStrings.length;
  const privateAt = fdArrayAt + fontDict(0).length;
  return Buffer.concat([
    header,
    names,
    topDict({ charset: charsetAt, fdSelect: fdSelectAt, charStrings: charStringsAt, fdArray: fdArrayAt }),
    strings,
    globalSubroutines,
    charset,
    fdSelect,
    charStrings,
    fontDict(privateAt),
    privateDict,
  ]);
}

function index(items: readonly Uint8Array[]): Buffer {
  if (items.length === 0) return Buffer.from([0, 0]);
  const total = items.reduce((sum, item) => sum + item.length, 1);
  const size = total < 0x100 ? 1 : total < 0x10000 ? 2 : total < 0x1000000 ? 3 : 4;
  const head = Buffer.alloc(3 + size * (items.length + 1));
  head.writeUInt16BE(items.length, 0);
  head[2] = size;
  let offset = 1;
  head.writeUIntBE(offset, 3, size);
  items.forEach((item, at) => {
    offset += item.length;
    head.writeUIntBE(offset, 3 + size * (at + 1), size);
  });
  return Buffer.concat([head, ...items]);
}

function entry(operands: readonly number[], code: readonly number[]): Buffer {
  return Buffer.from([...operands.flatMap(dictNumber), ...code]);
}

/** Offsets are always five bytes, so that the dictionary's length does not depend on them. */
function offsetEntry(operands: readonly number[], code: readonly number[]): Buffer {
  return Buffer.from([...operands.flatMap(longNumber), ...code]);
}

function dictNumber(value: number): number[] {
  if (value >= -107 && value <= 107) return [value + 139];
  if (value >= -32_768 && value <= 32_767) return [28, (value >> 8) & 255, value & 255];
  return longNumber(value);
}

function longNumber(value: number): number[] {
  return [29, (value >> 24) & 255, (value >> 16) & 255, (value >> 8) & 255, value & 255];
}
