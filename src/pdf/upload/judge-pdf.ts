/** Judges an uploaded PDF and says where and how a page can be appended to it, so that nothing of it has to be read again. */

import type { AppendPlan, ObjectId } from '../../domain/append-plan.ts';
import { refuseActiveContent } from './active-content.ts';
import { isDict } from './cross-references.ts';
import { pageSize } from './page-size.ts';
import { isRef, treeOf, walkPages } from './page-tree.ts';
import { certificateLimits } from './pdf-limits.ts';
import { damaged, nameSyntax, type PdfDict, type PdfRef, rawEntry } from './pdf-syntax.ts';
import { UploadedPdf } from './uploaded-pdf.ts';

export interface JudgedPdf {
  pages: number;
  plan: AppendPlan;
}

/** Throws `invalid_input` with the reason and the remedy. */
export function judgePdf(bytes: Buffer): JudgedPdf {
  const pdf = new UploadedPdf(bytes, certificateLimits.objects);
  const { root, catalog, top, topId } = treeOf(pdf);
  const seen: [page: PdfDict, above: readonly PdfDict[]][] = [];
  const pages = walkPages(pdf, top, certificateLimits, (...page) => seen.push(page));
  for (const page of seen) pageSize(pdf, ...page);
  refuseActiveContent(pdf, certificateLimits);
  return { pages, plan: planOf(pdf, bytes, { root: idOf(root), catalog, top, topId: idOf(topId), pages }) };
}

function idOf({ number, generation }: PdfRef): ObjectId {
  return { number, generation };
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
    info: isRef(trailer.entries.get('Info')?.value) ? rawEntry(trailer, 'Info') : '',
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
  if (!items.every(isRef)) throw damaged(isDict(items[0]) ? 'a page stands in another object' : `its ${key}`);
  return items.map(({ number, generation }) => `${number} ${generation} R`).join(' ');
}
