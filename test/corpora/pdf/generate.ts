/** PDFs whose structure lies in ways that need more than an object of one's own. */

import { crc32 } from 'node:zlib';
import { flate, type Objects, pageObjects, stream, streamPdf } from '../../support/uploaded-pdf.ts';
import { withObjects } from '../pdf-mail/hostile-pdfs.ts';

/** A page tree with so many levels above its one page. */
export function deepTree(levels: number): Buffer {
  const objects: Objects = { 2: '<</Type/Pages/Count 1/MediaBox[0 0 595 842]/Kids[10 0 R]>>' };
  for (let level = 0; level < levels; level++)
    objects[10 + level] = `<</Type/Pages/Count 1/Kids[${level + 1 < levels ? 11 + level : 4} 0 R]>>`;
  return withObjects(objects);
}

/** Streams whose length stands in the next stream, which has none but by the one after it. */
export function deepLengths(count: number): Buffer {
  const objects: Objects = {};
  for (let at = 0; at < count; at++) objects[10 + at] = `<</Length ${11 + at} 0 R>>stream\n\nendstream`;
  objects[10 + count] = '0';
  return withObjects({ ...objects, 5: '<</Length 10 0 R>>stream\nBT ET\nendstream' });
}

/** An object stream that says this of itself instead of the truth. */
export function lyingContainer(lies: Partial<Record<'N' | 'First' | 'Length', number | string>>): Buffer {
  const lie = (container: string) =>
    Object.entries(lies).reduce(
      (said, [key, value]) => said.replace(new RegExp(`/${key} \\d+`), `/${key} ${value}`),
      container,
    );
  return streamPdf(pageObjects(1), '', lie);
}

/** So many object streams of that size, each with one object that nothing refers to. */
export function swollenContainers(count: number, size: number): Buffer {
  const numbers = Array.from({ length: count }, (_, at) => 10 + at);
  const head = numbers.map((number) => `${number} 0 `).join('');
  const plain = Buffer.alloc(size, ' ');
  plain.write(`${head}<<>>`, 'latin1');
  const container = flate(plain, `/Type/ObjStm/N ${count}/First ${head.length}`);
  const objects: Objects = pageObjects(1);
  for (const number of numbers) objects[1_000 + number] = container;
  let text = '%PDF-1.5\n%\xe2\xe3\xcf\xd3\n';
  const index = Buffer.alloc(7 * 2_000);
  const note = (number: number, type: number, second: number) => {
    index[number * 7] = type;
    index.writeUInt32BE(second, number * 7 + 1);
  };
  for (const [number, body] of Object.entries(objects)) {
    note(Number(number), 1, text.length);
    text += `${number} 0 obj\n${body}\nendobj\n`;
  }
  for (const number of numbers) note(number, 2, 1_000 + number);
  const at = text.length;
  text += `1999 0 obj\n${flate(index, '/Type/XRef/Size 2000/W[1 4 2]/Root 1 0 R')}\nendobj\n`;
  return Buffer.from(`${text}startxref\n${at}\n%%EOF\n`, 'latin1');
}

/** Forms of which each draws the next, and the last the first. */
export function circleOfForms(count: number): Buffer {
  const objects: Objects = {
    4: '<</Type/Page/Parent 2 0 R/Contents 5 0 R/Resources<</XObject<</F 10 0 R>>>>>>',
    5: stream('/F Do'),
  };
  for (let at = 0; at < count; at++) {
    const next = 10 + ((at + 1) % count);
    const about = `/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</F ${next} 0 R>>>>`;
    objects[10 + at] = stream('/F Do', about);
  }
  return withObjects(objects);
}

/** The file with a later version of its catalog behind its end. */
export function revised(base: Buffer, root: string): Buffer {
  const body = `1 0 obj\n${root}\nendobj\n`;
  const before = /startxref\n(\d+)\n%%EOF\s*$/.exec(base.toString('latin1'))?.[1];
  const at = String(base.length).padStart(10, '0');
  const table = `xref\n1 1\n${at} 00000 n \ntrailer\n<</Size 6/Root 1 0 R/Prev ${before}>>\n`;
  return Buffer.concat([base, Buffer.from(`${body}${table}startxref\n${base.length + body.length}\n%%EOF\n`)]);
}

/** A ZIP archive of one file (APPNOTE.TXT, 4.3), whose directory says that a comment of this length follows. */
export function archived(comment = 0): Buffer {
  const [name, data] = [Buffer.from('a.html'), Buffer.from('canary')];
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt32LE(crc32(data), 14);
  local.writeUInt32LE(data.length, 18);
  local.writeUInt32LE(data.length, 22);
  local.writeUInt16LE(name.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  local.copy(entry, 10, 8, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length + name.length, 12);
  end.writeUInt32LE(local.length + name.length + data.length, 16);
  end.writeUInt16LE(comment, 20);
  return Buffer.concat([local, name, data, entry, name, end]);
}
