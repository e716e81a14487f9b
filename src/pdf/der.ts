/** DER as far as certificates and signatures need it: definite lengths in their shortest form, nothing else (ITU-T X.690). */

export const tags = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

/** One element: tag, shortest length, contents. */
export function element(tag: number, ...contents: Uint8Array[]): Buffer {
  const length = contents.reduce((sum, one) => sum + one.length, 0);
  const bytes: number[] = [];
  if (length < 0x80) bytes.push(length);
  else {
    for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
    bytes.unshift(0x80 | bytes.length);
  }
  return Buffer.concat([Buffer.from([tag, ...bytes]), ...contents]);
}

export const sequence = (...parts: Uint8Array[]) => element(tags.sequence, ...parts);

/** SET OF: members in the order of their encodings (X.690, 11.6). */
export const setOf = (...members: Uint8Array[]) => element(tags.set, ...members.sort(Buffer.compare));

export const octets = (bytes: Uint8Array) => element(tags.octetString, bytes);

/** BIT STRING of whole bytes. */
export const bits = (bytes: Uint8Array) => element(tags.bitString, Buffer.from([0]), bytes);

export function oid(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split('.').map(Number) as [number, number, ...number[]];
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const digits = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
    bytes.push(...digits);
  }
  return element(0x06, Buffer.from(bytes));
}

export interface Tlv {
  tag: number;
  /** Tag, length and contents. */
  whole: Buffer;
  contents: Buffer;
}

/** The elements that follow each other in `bytes`; undefined where it is not DER of one-byte tags, or anything is left over. */
export function readElements(bytes: Buffer): Tlv[] | undefined {
  const elements: Tlv[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] as number;
    const first = bytes[at + 1];
    if (first === undefined || (tag & 0x1f) === 0x1f || first === 0x80 || first > 0x84) return undefined;
    const more = first < 0x80 ? 0 : first & 0x7f;
    if (at + 2 + more > bytes.length) return undefined;
    const length = more === 0 ? first : bytes.readUIntBE(at + 2, more);
    if (more > 0 && (length < 0x80 || bytes[at + 2] === 0)) return undefined;
    const start = at + 2 + more;
    if (start + length > bytes.length) return undefined;
    elements.push({ tag, whole: bytes.subarray(at, start + length), contents: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return elements;
}
