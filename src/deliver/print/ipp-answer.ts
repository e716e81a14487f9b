/** Reads an answer of the Internet Printing Protocol (RFC 8010, 3); a printer that sends nonsense gets an error, never a loop or a crash. */

import type { IppAnswer, IppAttributes, IppValue } from './ipp-message.ts';

const deepest = 8;
const endOfAttributes = 0x03;
const tags = { collection: 0x34, collectionEnd: 0x37, memberName: 0x4a };

/** Throws a RangeError for bytes that are no answer. */
export function decodeAnswer(bytes: Buffer): IppAnswer {
  const reader = new Reader(bytes);
  reader.take(2);
  const status = reader.take(2).readUInt16BE();
  const requestId = reader.take(4).readInt32BE();
  const groups: IppAnswer['groups'] = [];
  for (let tag = reader.byte(); tag !== endOfAttributes; tag = reader.byte()) {
    if (tag > 0x0f) throw new RangeError(`0x${tag.toString(16)} begins no group`);
    groups.push({ tag, attributes: readGroup(reader) });
  }
  return { status, requestId, groups };
}

function readGroup(reader: Reader): IppAttributes {
  const attributes: IppAttributes = Object.create(null) as IppAttributes;
  let values: IppValue[] | undefined;
  while (reader.peek() > 0x0f) {
    const { tag, name, value } = reader.field();
    if (name !== '') {
      values = [];
      attributes[name] = values;
    }
    if (!values) throw new RangeError('a value without a name');
    values.push(readValue(reader, tag, value, 0));
  }
  return attributes;
}

function readValue(reader: Reader, tag: number, value: Buffer, depth: number): IppValue {
  if (tag === tags.collection) return readCollection(reader, depth + 1);
  // Out of band: unsupported, unknown, no value.
  if (tag < 0x20) return null;
  if (tag === 0x21 || tag === 0x23) return sized(value, 4).readInt32BE();
  if (tag === 0x22) return sized(value, 1).readUInt8() !== 0;
  if (tag === 0x33) return { low: sized(value, 8).readInt32BE(), high: value.readInt32BE(4) };
  if (tag === 0x35 || tag === 0x36) return textBehindLanguage(value);
  return tag >= 0x40 ? value.toString('utf8') : new Uint8Array(value);
}

function readCollection(reader: Reader, depth: number): IppAttributes {
  if (depth > deepest) throw new RangeError('collections within collections within collections');
  const members: IppAttributes = Object.create(null) as IppAttributes;
  let values: IppValue[] | undefined;
  for (;;) {
    const { tag, value } = reader.field();
    if (tag === tags.collectionEnd) return members;
    if (tag === tags.memberName) {
      values = [];
      members[value.toString('utf8')] = values;
      continue;
    }
    if (!values) throw new RangeError('a member without a name');
    values.push(readValue(reader, tag, value, depth));
  }
}

/** Two lengths with what they count: the language, then the text. */
function textBehindLanguage(value: Buffer): string {
  const reader = new Reader(value);
  reader.take(reader.take(2).readUInt16BE());
  return reader.take(reader.take(2).readUInt16BE()).toString('utf8');
}

function sized(value: Buffer, length: number): Buffer {
  if (value.length !== length) throw new RangeError(`a value of ${value.length} bytes in place of ${length}`);
  return value;
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('the answer ends too early');
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  byte(): number {
    return this.take(1).readUInt8();
  }

  peek(): number {
    const next = this.#bytes[this.#at];
    if (next === undefined) throw new RangeError('the answer ends too early');
    return next;
  }

  field(): { tag: number; name: string; value: Buffer } {
    const tag = this.byte();
    const name = this.take(this.take(2).readUInt16BE()).toString('utf8');
    const value = this.take(this.take(2).readUInt16BE());
    return { tag, name, value };
  }
}
