/** For tests: a small document sealed by hand, with a signature field as PDF readers expect it. */

import { createHash } from 'node:crypto';
import { pdfFile } from './drawn-art.test-support.ts';
import { type SealKey, seal, sealDigest, sealLength } from './seal.ts';

/** `text` is put into the document as it is, for what a hostile author might write there;
 * `spelled` writes the right signature in another way, into a hole that is made for it. */
export function sealedFile(key: SealKey, text = '', spelled = (hex: string) => hex): Buffer {
  const hole = `<${'0'.repeat(spelled('0'.repeat(sealLength(key))).length)}>`;
  const range = '/ByteRange [0 0000000000 0000000000 0000000000]';
  const pdf = pdfFile(
    [
      '<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>>>',
      '<</Type/Pages/Kids[3 0 R]/Count 1>>',
      '<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Annots[4 0 R]>>',
      '<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal)/Rect[0 0 0 0]/F 132/P 3 0 R/V 5 0 R>>',
      `<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:20260102030405Z)${range}/Contents ${hole}>>`,
      `<</Length ${text.length}>>stream\n${text}\nendstream`,
    ],
    '/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]',
  );
  const start = pdf.indexOf(hole);
  const end = start + hole.length;
  const numbers = `${start} ${end} ${pdf.length - end}`;
  pdf.write(`/ByteRange [0 ${numbers}]`.padEnd(range.length, ' '), pdf.indexOf(range), 'latin1');
  const digest = createHash(sealDigest).update(pdf.subarray(0, start)).update(pdf.subarray(end)).digest();
  pdf.write(spelled(seal(key, digest)), start + 1, 'latin1');
  return pdf;
}
