/** Small PDFs written object by object, so that a test can say exactly what is in them. */

import { deflateSync } from 'node:zlib';

/** Bodies by object number, Latin-1; 1 is the catalog. */
export type Objects = Record<number, string>;

/** A page tree of `pages` pages with a line of text each; object 2 is the tree, 3 the font, 4 and 5 the first page and its content. */
export function pageObjects(pages = 1, text = 'Diploma of Grace Hopper'): Objects {
  const objects: Objects = {
    1: '<</Type/Catalog/Pages 2 0 R>>',
    2: `<</Type/Pages/Count ${pages}/MediaBox[0 0 595 842]/Kids[${Array.from({ length: pages }, (_, at) => `${4 + 2 * at} 0 R`).join(' ')}]>>`,
    3: '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  };
  for (let at = 0; at < pages; at++) {
    objects[4 + 2 * at] = `<</Type/Page/Parent 2 0 R/Resources<</Font<</F 3 0 R>>>>/Contents ${5 + 2 * at} 0 R>>`;
    objects[5 + 2 * at] = stream(`BT /F 24 Tf 72 700 Td (${text}, page ${at + 1}) Tj ET`);
  }
  return objects;
}

export function stream(data: string | Buffer, dictionary = ''): string {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
  return `<<${dictionary}/Length ${bytes.length}>>stream\n${bytes.toString('latin1')}\nendstream`;
}

export const flate = (data: Buffer, dictionary = '') => stream(deflateSync(data), `/Filter/FlateDecode${dictionary}`);

/** With a cross-reference table. `trailer` is added to the trailer's dictionary. */
export function tablePdf(objects: Objects, { trailer = '', version = '1.4' } = {}): Buffer {
  const numbers = Object.keys(objects).map(Number);
  const last = numbers.reduce((most, number) => Math.max(most, number), 0);
  let text = `%PDF-${version}\n%\xe2\xe3\xcf\xd3\n`;
  const places = new Map<number, number>();
  for (const number of numbers) {
    places.set(number, text.length);
    text += `${number} 0 obj\n${objects[number]}\nendobj\n`;
  }
  const at = text.length;
  const entries = Array.from({ length: last }, (_, index) => {
    const place = places.get(index + 1);
    return place === undefined ? '0000000000 00000 f \n' : `${String(place).padStart(10, '0')} 00000 n \n`;
  });
  text += `xref\n0 ${last + 1}\n0000000000 65535 f \n${entries.join('')}trailer\n<</Size ${last + 1}/Root 1 0 R${trailer}>>\n`;
  return Buffer.from(`${text}startxref\n${at}\n%%EOF\n`, 'latin1');
}

/** With everything but streams inside an object stream, and a cross-reference stream. `lie` may change what the object stream says of itself. */
export function streamPdf(objects: Objects, extra = '', lie = (container: string) => container): Buffer {
  const numbers = Object.keys(objects).map(Number);
  const packed = numbers.filter((number) => !objects[number]?.includes('stream\n'));
  const container = Math.max(...numbers) + 1;
  let head = '';
  let body = '';
  for (const number of packed) {
    head += `${number} ${body.length} `;
    body += `${objects[number]} `;
  }
  let text = '%PDF-1.5\n%\xe2\xe3\xcf\xd3\n';
  const rows: [number, number, number][] = Array.from({ length: container + 2 }, () => [0, 0, 0]);
  const write = (number: number, content: string) => {
    rows[number] = [1, text.length, 0];
    text += `${number} 0 obj\n${content}\nendobj\n`;
  };
  for (const number of numbers) if (!packed.includes(number)) write(number, objects[number] as string);
  const about = `/Type/ObjStm/N ${packed.length}/First ${head.length}`;
  write(container, lie(flate(Buffer.from(head + body, 'latin1'), about)));
  packed.forEach((number, index) => {
    rows[number] = [2, container, index];
  });
  const at = text.length;
  rows[container + 1] = [1, at, 0];
  const table = Buffer.alloc(rows.length * 6);
  rows.forEach(([type, second, third], row) => {
    table[row * 6] = type;
    table.writeUInt32BE(second, row * 6 + 1);
    table[row * 6 + 5] = third;
  });
  text += `${container + 1} 0 obj\n${flate(table, `/Type/XRef/Size ${rows.length}/W[1 4 1]/Root 1 0 R${extra}`)}\nendobj\n`;
  return Buffer.from(`${text}startxref\n${at}\n%%EOF\n`, 'latin1');
}
