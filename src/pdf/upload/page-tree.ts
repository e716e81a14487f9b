/** The page tree of an uploaded PDF: walked once, each page handed over with its ancestors; a tree that lies about itself is refused. */

import { assetFault } from '../asset-fault.ts';
import type { PdfLimits } from './pdf-limits.ts';
import { damaged, type PdfDict, type PdfRef, type PdfValue } from './pdf-syntax.ts';
import type { UploadedPdf } from './uploaded-pdf.ts';

const mostDeep = 50;

/** The catalog and the root of the tree, with the references that lead there. */
export function treeOf(pdf: UploadedPdf): { root: PdfRef; catalog: PdfDict; topId: PdfRef; top: PdfDict } {
  const root = pdf.index.trailer.entries.get('Root')?.value;
  const catalog = pdf.dict(root);
  if (!isRef(root) || !catalog || pdf.name(catalog, 'Type') !== 'Catalog') throw damaged('it has no catalog');
  const topId = catalog.entries.get('Pages')?.value;
  const top = pdf.dict(topId);
  if (!isRef(topId) || !top) throw damaged('it has no pages');
  return { root, catalog, topId, top };
}

export function isRef(value: PdfValue | undefined): value is PdfRef {
  return typeof value === 'object' && value?.kind === 'ref';
}

/**
 * The number of pages, counted; what the tree says of itself must agree, or viewers would show different pages.
 * `visit` gets each page in order, and what lies above it, the nearest first.
 */
export function walkPages(
  pdf: UploadedPdf,
  top: PdfDict,
  limits: PdfLimits,
  visit?: (page: PdfDict, above: readonly PdfDict[]) => void,
): number {
  const seen = new Set<PdfDict>();
  let pages = 0;
  const walk = (node: PdfDict, above: readonly PdfDict[]): number => {
    if (seen.has(node) || above.length > mostDeep || seen.size > limits.nodes)
      throw damaged('its pages run in a circle or are too many');
    seen.add(node);
    const kids = pdf.items(node.entries.get('Kids')?.value);
    if (!kids) {
      if ((pdf.name(node, 'Type') ?? 'Page') !== 'Page') throw damaged('a page is something else');
      if (++pages > limits.pages) throw assetFault(`the PDF has more than ${limits.pages} pages; upload less`);
      visit?.(node, above);
      return 1;
    }
    const lineage = [node, ...above];
    const count = kids.reduce<number>((sum, kid) => {
      const child = pdf.dict(kid);
      if (!child) throw damaged('a page is missing');
      return sum + walk(child, lineage);
    }, 0);
    if (pdf.number(node, 'Count') !== count) throw damaged('it says another number of pages than it has');
    return count;
  };
  const count = walk(top, []);
  if (count === 0 || !top.entries.has('Kids')) throw damaged('it has no pages');
  return count;
}
