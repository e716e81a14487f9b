/** Messages of the Internet Printing Protocol as bytes (RFC 8010): requests are written, answers are read; what is malformed is refused. */

export const valueTags = {
  integer: 0x21,
  boolean: 0x22,
  enum: 0x23,
  collection: 0x34,
  text: 0x41,
  name: 0x42,
  keyword: 0x44,
  uri: 0x45,
  charset: 0x47,
  language: 0x48,
  mimeType: 0x49,
} as const;

const marks = { collectionEnd: 0x37, memberName: 0x4a };

export const operations = {
  validateJob: 0x0004,
  createJob: 0x0005,
  sendDocument: 0x0006,
  cancelJob: 0x0008,
  getJobAttributes: 0x0009,
  getJobs: 0x000a,
  getPrinterAttributes: 0x000b,
} as const;

const groupTags = { operation: 0x01, job: 0x02, end: 0x03 };

/** One or more values of one kind; a collection is a list of such. */
export interface IppAttribute {
  name: string;
  tag: keyof typeof valueTags;
  values: readonly (string | number | boolean | readonly IppAttribute[])[];
}

export interface IppRequest {
  operation: keyof typeof operations;
  requestId: number;
  attributes: readonly IppAttribute[];
  job?: readonly IppAttribute[];
}

/** `null`: the printer has no value for it. Ranges are `{ low, high }`. */
export type IppValue = string | number | boolean | null | { low: number; high: number } | IppAttributes | Uint8Array;
export interface IppAttributes {
  [name: string]: IppValue[];
}

export interface IppAnswer {
  status: number;
  requestId: number;
  /** In the order of the message; a list of jobs has one `job` each. */
  groups: { tag: number; attributes: IppAttributes }[];
}

export function encodeRequest({ operation, requestId, attributes, job }: IppRequest): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(0x0200, 0);
  head.writeUInt16BE(operations[operation], 2);
  head.writeInt32BE(requestId, 4);
  return Buffer.concat([
    head,
    ...encodeGroup(groupTags.operation, attributes),
    ...(job && job.length > 0 ? encodeGroup(groupTags.job, job) : []),
    Buffer.from([groupTags.end]),
  ]);
}

function encodeGroup(tag: number, attributes: readonly IppAttribute[]): Buffer[] {
  return [Buffer.from([tag]), ...attributes.flatMap(({ name, tag, values }) => encodeValues(name, tag, values))];
}

function encodeValues(name: string, tag: IppAttribute['tag'], values: IppAttribute['values']): Buffer[] {
  return values.flatMap((value, at) => {
    const under = at === 0 ? name : '';
    if (typeof value !== 'object') return [field(valueTags[tag], under, encodeValue(tag, value))];
    const members = value.flatMap((member) => [
      field(marks.memberName, '', Buffer.from(member.name)),
      ...encodeValues('', member.tag, member.values),
    ]);
    return [field(valueTags.collection, under, empty), ...members, field(marks.collectionEnd, '', empty)];
  });
}

const empty = Buffer.alloc(0);

function encodeValue(tag: IppAttribute['tag'], value: string | number | boolean): Buffer {
  if (typeof value === 'boolean') return Buffer.from([value ? 1 : 0]);
  if (typeof value === 'string') return Buffer.from(value);
  if (tag !== 'integer' && tag !== 'enum') throw new TypeError(`a number is no ${tag}`);
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function field(tag: number, name: string, value: Buffer): Buffer {
  const named = Buffer.from(name);
  const head = Buffer.alloc(3);
  head.writeUInt8(tag, 0);
  head.writeUInt16BE(named.length, 1);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(value.length);
  return Buffer.concat([head, named, length, value]);
}
