/** Judges an uploaded PDF and says where and how a page can be appended to it, so that nothing of it has to be read again. */

import type { AppendPlan, ObjectId } from '../../domain/append-plan.ts';
import { assetFault } from '../asset-fault.ts';
import { refuseActiveContent } from './active-content.ts';
import { isDict } from './cross-references.ts';
import { damaged, nameSyntax, type PdfDict, type PdfValue, rawEntry } from './pdf-syntax.ts';
import { UploadedPdf } from './uploaded-pdf.ts';

export const mostPages = 200;
const limits = { nodes: 5_000, depth: 50 };

export interface JudgedPdf {
  pages: number;
  plan: AppendPlan;
}

/** Throws `invalid_input` with the reason and the remedy. */
export function judgePdf(bytes: Buffer): JudgedPdf {
  const pdf = new UploadedPdf(bytes);
  const { trailer } = pdf.index;
  const root = idOf(trailer.entries.get('Root')?.value);
  const catalog = pdf.dict(trailer.entries.get('Root')?.value);
  if (!root || !catalog || pdf.name(catalog, 'Type') !== 'Catalog') throw damaged('it has no catalog');
  const top = pdf.dict(catalog.entries.get('Pages')?.value);
  const topId = idOf(catalog.entries.get('Pages')?.value);
  if (!top || !topId) throw damaged('it has no pages');
  const pages = countPages(pdf, top);
  refuseActiveContent(pdf);
  return { pages, plan: planOf(pdf, bytes, { root, catalog, top, topId, pages }) };
}

function idOf(value: PdfValue | undefined): ObjectId | undefined {
  return typeof value === 'object' && value?.kind === 'ref'
    ? { number: value.number, generation: value.generation }
    : undefined;
}

/** Counted by walking the tree; what the tree says of itself must agree, or viewers would show different pages. */
function countPages(pdf: UploadedPdf, top: PdfDict): number {
  const seen = new Set<PdfDict>();
  let pages = 0;
  const walk = (node: PdfDict, depth: number): number => {
    if (seen.has(node) || depth > limits.depth || seen.size > limits.nodes)
      throw damaged('its pages run in a circle or are too many');
    seen.add(node);
    const kids = pdf.items(node.entries.get('Kids')?.value);
    if (!kids) {
      if (++pages > mostPages) throw assetFault(`the PDF has more than ${mostPages} pages; upload less`);
      return 1;
    }
    const count = kids.reduce<number>((sum, kid) => {
      const child = pdf.dict(kid);
      if (!child) throw damaged('a page is missing');
      return sum + walk(child, depth + 1);
    }, 0);
    if (pdf.number(node, 'Count') !== count) throw damaged('it says another number of pages than it has');
    return count;
  };
  const count = walk(top, 0);
  if (count === 0 || !top.entries.has('Kids')) throw damaged('it has no pages');
  return count;
}

interface Parts {
  root: ObjectId;
  catalog: PdfDict;
  top: PdfDict;
  topId: ObjectId;
  pages: number;
}

function planOf(pdf: UploadedPdf, bytes: Buffer, { root, catalog, top, topId, pages }: Parts): AppendPlan {
  const { trailer, at, kind, next } = pdf.index;
  const form = pdf.dict(catalog.entries.get('AcroForm')?.value);
  const names = pdf.dict(catalog.entries.get('Names')?.value);
  const id = pdf.items(trailer.entries.get('ID')?.value)?.[0];
  const version = Number(/^%PDF-(\d\.\d)/.exec(bytes.toString('latin1', 0, 8))?.[1]);
  const said = Number(pdf.name(catalog, 'Version') ?? 0);
  return {
    length: bytes.length,
    index: { at, kind },
    next,
    root,
    catalog: [
      entriesWithout(catalog, ['AcroForm', 'Names', 'AF', 'Version']),
      `/Version/${Math.max(version, said, 1.7).toFixed(1)}`,
    ].join('\n'),
    form: {
      entries: form ? entriesWithout(form, ['Fields', 'SigFlags']) : '',
      fields: form ? listed(pdf, form, 'Fields') : '',
    },
    names: names ? entriesWithout(names, ['EmbeddedFiles']) : '',
    pages: { ...topId, entries: entriesWithout(top, ['Kids', 'Count']), kids: listed(pdf, top, 'Kids'), count: pages },
    info: trailer.entries.has('Info') && idOf(trailer.entries.get('Info')?.value) ? rawEntry(trailer, 'Info') : '',
    id:
      typeof id === 'object' && id?.kind === 'string'
        ? Buffer.from(id.text.slice(0, 64), 'latin1').toString('hex')
        : '',
  };
}

function entriesWithout(dict: PdfDict, left: readonly string[]): string {
  return [...dict.entries.keys()]
    .filter((key) => !left.includes(key))
    .map((key) => `${nameSyntax(key)} ${rawEntry(dict, key)}`)
    .join('\n');
}

/** References of an array, which may stand in an object of its own. */
function listed(pdf: UploadedPdf, dict: PdfDict, key: string): string {
  const items = pdf.items(dict.entries.get(key)?.value) ?? [];
  if (items.some((item) => !idOf(item)))
    throw damaged(isDict(items[0]) ? 'a page stands in another object' : `its ${key}`);
  return items.map((item) => `${idOf(item)?.number} ${idOf(item)?.generation} R`).join(' ');
}
