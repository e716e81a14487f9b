/** Judges a PDF that is to be printed and mailed: the same rules as for certificates, for documents of thousands of pages, and how large each page is. */

import { refuseActiveContent } from './active-content.ts';
import { pageSize } from './page-size.ts';
import { treeOf, walkPages } from './page-tree.ts';
import { letterLimits } from './pdf-limits.ts';
import type { PdfDict } from './pdf-syntax.ts';
import { UploadedPdf } from './uploaded-pdf.ts';

export interface JudgedMailPdf {
  pages: number;
  /** One for each run of equal pages: its first page, from 1, and width and height in points as seen. */
  pageSizes: [first: number, width: number, height: number][];
}

/** Throws `invalid_input` with the reason and the remedy. */
export function judgeMailPdf(bytes: Buffer): JudgedMailPdf {
  const pdf = new UploadedPdf(bytes, letterLimits.objects);
  const seen: [page: PdfDict, above: readonly PdfDict[]][] = [];
  const pages = walkPages(pdf, treeOf(pdf).top, letterLimits, (...page) => seen.push(page));
  const pageSizes: JudgedMailPdf['pageSizes'] = [];
  seen.forEach((page, index) => {
    const { width, height } = pageSize(pdf, ...page);
    const size = [width, height].map((side) => Math.round(side * 100) / 100) as [number, number];
    const last = pageSizes.at(-1);
    if (last?.[1] !== size[0] || last[2] !== size[1]) pageSizes.push([index + 1, ...size]);
  });
  refuseActiveContent(pdf, letterLimits);
  return { pages, pageSizes };
}
