/** Writes a print run: every piece's sides in their order, the source's pages shared, addresses above them. */

import { createHash } from 'node:crypto';
import { fitEnvelope } from '../../domain/envelope-capacity.ts';
import { type PieceLayout, pieceLayout, type Side, sheetsOf } from '../../domain/piece-layout.ts';
import type { PlannedPiece, PrintPlan } from '../../domain/print-plan.ts';
import type { PrintProduct, Size } from '../../domain/print-product.ts';
import { deflateSmall } from '../deflate-small.ts';
import { pdfDate, pdfNumber, pdfText } from '../pdf-objects.ts';
import { letterLimits } from '../upload/pdf-limits.ts';
import { UploadedPdf } from '../upload/uploaded-pdf.ts';
import { recipientBlock, senderBlock } from './address-block.ts';
import { CopiedObjects } from './copied-objects.ts';
import { ImportedPages } from './imported-pages.ts';
import { PageTree } from './page-tree.ts';
import { RunFonts } from './run-fonts.ts';
import { RunWriter } from './run-writer.ts';

export interface WrittenRun {
  pages: number;
  sheets: number;
}

/** The same document and plan always give the same bytes. Throws `invalid_input` at `asset` where the document cannot be imported. */
export async function writeRun(
  document: Buffer,
  plan: PrintPlan,
  sink: (bytes: Uint8Array) => void,
): Promise<WrittenRun> {
  const run = new Run(document, plan, sink);
  for (const piece of plan.pieces) await run.piece(piece);
  return run.finish();
}

class Run {
  readonly #plan: PrintPlan;
  readonly #writer: RunWriter;
  readonly #copies: CopiedObjects;
  readonly #pages: ImportedPages;
  readonly #fonts = new RunFonts();
  readonly #fontObject: number;
  readonly #tree: PageTree;
  readonly #id: string;
  readonly #labels: string[] = [];
  #sheets = 0;
  #lastSender = { lines: '', operators: '' };

  constructor(document: Buffer, plan: PrintPlan, sink: (bytes: Uint8Array) => void) {
    this.#plan = plan;
    this.#writer = new RunWriter(sink);
    this.#fontObject = this.#writer.reserve();
    this.#tree = new PageTree(this.#writer);
    const pdf = new UploadedPdf(document, letterLimits.objects);
    this.#copies = new CopiedObjects(pdf, this.#writer);
    this.#pages = new ImportedPages(pdf, this.#copies, this.#writer, plan.product.page, this.#fontObject);
    this.#id = createHash('sha256').update(document).update(JSON.stringify(plan)).digest('hex').slice(0, 32);
  }

  async piece(piece: PlannedPiece): Promise<void> {
    const { product } = this.#plan;
    const layout = pieceLayout(product, piece.lastPage - piece.firstPage + 1);
    this.#labels.push(`${this.#tree.count}<</P${pdfText(`${piece.code} / `)}/S/D>>`);
    this.#sheets += sheetsOf(layout.sides.length, product.duplex);
    for (const [at, side] of layout.sides.entries()) {
      const paper = isEnvelope(product, at) ? envelopeSize(product) : product.page;
      if (side.kind === 'page') await this.#page(piece, layout, side);
      else
        this.#tree.add(
          `${box(paper)}${side.kind === 'address' ? this.#address(piece, layout, paper) : '/Resources<<>>'}`,
        );
    }
  }

  finish(): WrittenRun {
    const { title, createdAt, product } = this.#plan;
    this.#fonts.write(this.#writer, this.#fontObject);
    const pages = this.#tree.count;
    const top = this.#tree.finish();
    const { catalog } = this.#pages.source;
    // Layers that are off stay off; colours mean what they meant.
    const kept = this.#copies.entries(catalog, ['OCProperties', 'OutputIntents']);
    this.#copies.flush();
    // Turned like a leaf of a book, whichever way the page lies.
    const { width, height } = product.page;
    const sides = product.duplex ? `DuplexFlip${width > height ? 'Short' : 'Long'}Edge` : 'Simplex';
    const root = this.#writer.add(
      `<</Type/Catalog/Pages ${top} 0 R/ViewerPreferences<</PrintScaling/None/Duplex/${sides}>>` +
        `/PageLabels<</Nums[${this.#labels.join('\n')}]>>\n${kept}>>`,
    );
    const date = pdfDate(createdAt);
    const info = this.#writer.add(`<</Title${pdfText(title)}/Producer(Chancery)/CreationDate${date}/ModDate${date}>>`);
    this.#writer.finish(`/Root ${root} 0 R/Info ${info} 0 R/ID[<${this.#id}><${this.#id}>]`);
    return { pages, sheets: this.#sheets };
  }

  async #page(piece: PlannedPiece, layout: PieceLayout, side: Extract<Side, { kind: 'page' }>): Promise<void> {
    const { product } = this.#plan;
    const { content, resources, entries } = await this.#pages.page(piece.firstPage - 1 + side.page);
    const above = side.addressed ? this.#stream(this.#overlay(piece, layout, product.page)) : undefined;
    const contents = above === undefined ? `${content} 0 R` : `[${content} 0 R ${above} 0 R]`;
    this.#tree.add(`${box(product.page)}/Resources ${resources} 0 R/Contents ${contents}${entries}`);
  }

  #address(piece: PlannedPiece, layout: PieceLayout, paper: Size): string {
    const content = this.#stream(this.#overlay(piece, layout, paper));
    return `/Resources<</Font ${this.#fontObject} 0 R>>/Contents ${content} 0 R`;
  }

  #overlay(piece: PlannedPiece, layout: PieceLayout, paper: Size): string {
    const { product } = this.#plan;
    const { codeOf } = this.#fonts;
    return (
      (showsSender(product, layout) ? this.#sender(piece, paper) : '') + recipientBlock(piece, product, paper, codeOf)
    );
  }

  /** Of a job's pieces it is the same. */
  #sender(piece: PlannedPiece, paper: Size): string {
    const lines = piece.returnLines.join('\n');
    if (lines !== this.#lastSender.lines)
      this.#lastSender = { lines, operators: senderBlock(piece, this.#plan.product, paper, this.#fonts.codeOf) };
    return this.#lastSender.operators;
  }

  #stream(operators: string): number {
    const packed = deflateSmall(Buffer.from(operators, 'latin1'));
    return this.#writer.add(`<</Filter/FlateDecode/Length ${packed.length}>>stream\n`, packed, '\nendstream');
  }
}

const box = ({ width, height }: Size) => `/MediaBox[0 0 ${pdfNumber(width)} ${pdfNumber(height)}]`;

/** The address page of such a product and the back of it. */
function isEnvelope({ placement, duplex }: PrintProduct, at: number): boolean {
  return placement === 'envelope' && at < (duplex ? 2 : 1);
}

function envelopeSize({ envelopes, recipient, sender }: PrintProduct): Size {
  const margin = 18;
  const panels = [recipient, sender];
  return (
    envelopes[0]?.size ?? {
      width: Math.max(...panels.map(({ left, width }) => left + width)) + margin,
      height: Math.max(...panels.map(({ top, height }) => top + height)) + margin,
    }
  );
}

/** An envelope without a window for it has the sender printed on itself. */
function showsSender(product: PrintProduct, { sheets }: PieceLayout): boolean {
  const { envelope } = fitEnvelope(product, sheets);
  return product.placement === 'envelope' || !envelope || envelope.hasReturnWindow;
}
