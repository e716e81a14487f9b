/** What a print shop finds: the folders of print runs, read with nothing of the product's, and the text of each page by two readers. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import { parse } from 'csv-parse/sync';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

export interface ShopRun {
  folder: string;
  pages: number;
  sheets: number;
  pdf: Buffer;
  /** The manifest, by its own column names. */
  pieces: Record<string, string>[];
}

/** Only what is complete, each file held against its sum. */
export async function runsIn(directory: string): Promise<ShopRun[]> {
  const folders = (await readdir(directory)).filter((name) => !name.startsWith('.')).sort();
  return Promise.all(
    folders.map(async (folder) => {
      const read = (name: string) => readFile(join(directory, folder, name));
      const complete = JSON.parse((await read('complete.json')).toString()) as {
        pages: number;
        sheets: number;
        files: { name: string; bytes: number; sha256: string }[];
      };
      for (const { name, bytes, sha256 } of complete.files) {
        const data = await read(name);
        assert.deepEqual([data.length, createHash('sha256').update(data).digest('hex')], [bytes, sha256], name);
      }
      const pieces = parse(await read('manifest.csv'), { columns: true, relax_column_count: false });
      const pdf = await read('run.pdf');
      return {
        folder,
        pages: complete.pages,
        sheets: complete.sheets,
        pdf,
        pieces: pieces as Record<string, string>[],
      };
    }),
  );
}

const plain = (text: string) => text.normalize('NFC').replace(/\s+/g, ' ').trim();

export async function textByPdfium(pdf: Buffer): Promise<string[]> {
  const library = await PDFiumLibrary.init();
  try {
    const document = await library.loadDocument(pdf);
    const texts = [...document.pages()].map((page) => plain(page.getText()));
    document.destroy();
    return texts;
  } finally {
    library.destroy();
  }
}

export async function textByPdfJs(pdf: Buffer): Promise<string[]> {
  const task = getDocument({ data: new Uint8Array(pdf), verbosity: 0 });
  try {
    const document = await task.promise;
    const texts: string[] = [];
    for (let number = 1; number <= document.numPages; number++) {
      const { items } = await (await document.getPage(number)).getTextContent();
      texts.push(plain(items.map((item) => ('str' in item ? `${item.str}${item.hasEOL ? ' ' : ''}` : '')).join('')));
    }
    return texts;
  } finally {
    await task.destroy();
  }
}
