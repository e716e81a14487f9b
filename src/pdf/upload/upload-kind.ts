/** What an uploaded file is, by its bytes alone; a file that is two things at once is refused. */

import { assetFault } from '../asset-fault.ts';

export type UploadKind = 'pdf' | 'png' | 'jpeg';

/** Undefined for anything but a PDF, PNG or JPEG. */
export function kindOfUpload(bytes: Buffer): UploadKind | undefined {
  const kind = kindByStart(bytes);
  if (kind !== undefined) refuseSecondKind(bytes, kind);
  return kind;
}

function kindByStart(bytes: Buffer): UploadKind | undefined {
  if (bytes.toString('latin1', 0, 5) === '%PDF-') return 'pdf';
  if (bytes.toString('latin1', 0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  return bytes.toString('latin1', 0, 3) === '\xff\xd8\xff' ? 'jpeg' : undefined;
}

/** Where programs look: a PDF in the first kilobyte, an archive's directory in the last 65,557 bytes (APPNOTE.TXT, 4.3.16). */
function refuseSecondKind(bytes: Buffer, kind: UploadKind): void {
  const head = bytes.toString('latin1', 0, 1_024);
  if (kind !== 'pdf' && head.includes('%PDF-')) throw twofold('a PDF');
  if (/<(?:html|script|svg|!doctype)\b/i.test(head) && kind !== 'jpeg' && kind !== 'png') throw twofold('a web page');
  const tail = bytes.subarray(-65_557);
  for (let at = tail.indexOf('PK\x05\x06', 0, 'latin1'); at >= 0; at = tail.indexOf('PK\x05\x06', at + 4, 'latin1'))
    if (at + 22 <= tail.length && (endsAsSaid(tail, at) || hasEntries(bytes, bytes.length - tail.length + at)))
      throw twofold('an archive');
}

const endsAsSaid = (tail: Buffer, at: number) => tail.readUInt16LE(at + 20) === tail.length - at - 22;

/** Many programs open an archive whatever follows its directory, as long as the entries stand before it. */
function hasEntries(bytes: Buffer, at: number): boolean {
  const entries = at - bytes.readUInt32LE(at + 12);
  return entries >= 0 && bytes.toString('latin1', entries, entries + 4) === 'PK\x01\x02';
}

const twofold = (other: string) => assetFault(`the file is ${other} as well; save it again as one thing only`);
