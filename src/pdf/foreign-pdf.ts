/** A PDF from outside, parsed inside its own thread: nothing is decoded beyond a budget, and no number in the file is trusted. */

import {
  PDFArray,
  type PDFContext,
  PDFDict,
  PDFName,
  type PDFObject,
  PDFObjectStreamParser,
  PDFParser,
  PDFRawStream,
  PDFXRefStreamParser,
} from '@cantoo/pdf-lib';
import { assetFault } from './asset-fault.ts';
import { bound, type Reads, tooMuch } from './bounded-bytes.ts';
import { type Budget, bomb, spend, unpacked } from './foreign-filters.ts';

/** For a file, all of its streams together. */
export interface ForeignLimits {
  /** Bytes that the parser reads, each time that it reads them. */
  reads: number;
  /** Bytes of the streams that are looked into. */
  unpacked: number;
}

/** What looking into a stream costs however small it is, as bytes. */
const leastUnpacked = 1_000;

export const name = (text: string) => PDFName.of(text);

export class ForeignPdf {
  readonly context: PDFContext;
  readonly catalog: PDFDict;
  readonly #decode: (stream: PDFRawStream) => Uint8Array;

  private constructor(context: PDFContext, catalog: PDFDict, decode: (stream: PDFRawStream) => Uint8Array) {
    this.context = context;
    this.catalog = catalog;
    this.#decode = decode;
  }

  /** Only in a thread of its own: the parser's handling of compressed objects is replaced for the whole thread. */
  static async open(data: Uint8Array, limits: ForeignLimits): Promise<ForeignPdf> {
    if (Buffer.from(data.subarray(0, 5)).toString('latin1') !== '%PDF-') throw assetFault('the file is not a PDF');
    const budget = { left: limits.unpacked, of: limits.unpacked };
    const reads = { left: limits.reads };
    const decode = (stream: PDFRawStream) => decoded(stream, budget);
    boundParser(decode, reads);
    const parser = PDFParser.forBytesWithOptions(data, Number.POSITIVE_INFINITY, false);
    const context = await bound(parser, data, reads).parseDocument();
    // The parser goes on behind an object that it cannot read, whatever the reason.
    if (reads.left < 0) throw tooMuch();
    if (budget.left < 0) throw bomb(budget);
    const { Encrypt, Root } = context.trailerInfo;
    if (Encrypt) throw assetFault('the PDF is encrypted; save it without a password or restrictions');
    const catalog = context.lookup(Root);
    if (!(catalog instanceof PDFDict)) throw assetFault('the PDF is damaged (no catalog); save it again');
    return new ForeignPdf(context, catalog, decode);
  }

  /** A stream's data with every filter undone. Throws `invalid_input` past the budget. */
  decode(stream: PDFRawStream): Uint8Array {
    return this.#decode(stream);
  }

  look(object: PDFObject | undefined): PDFObject | undefined {
    return this.context.lookup(object);
  }

  dict(object: PDFObject | undefined): PDFDict | undefined {
    const found = this.look(object);
    return found instanceof PDFDict ? found : undefined;
  }

  array(object: PDFObject | undefined): PDFArray | undefined {
    const found = this.look(object);
    return found instanceof PDFArray ? found : undefined;
  }
}

/** The library inflates object streams without a bound and reads as many cross-reference entries as the file claims. */
function boundParser(decode: (stream: PDFRawStream) => Uint8Array, reads: Reads) {
  PDFObjectStreamParser.forStream = (stream, shouldWaitForTick) => {
    const dict = stream.dict.clone();
    const plain = decode(stream);
    for (const key of ['Filter', 'DecodeParms', 'F']) dict.delete(name(key));
    const parser = new (PDFObjectStreamParser as unknown as ObjectStreamParser)(
      PDFRawStream.of(dict, plain),
      shouldWaitForTick,
    );
    return bound(parser, plain, reads);
  };
  // Objects are found by reading the file from front to back; of a cross-reference stream only the trailer counts.
  PDFXRefStreamParser.forStream = (stream) => {
    const { dict } = stream;
    const parser = {
      parseIntoContext() {
        const before = dict.context.trailerInfo;
        const entry = (key: string) => dict.get(name(key)) as PDFObject | undefined;
        dict.context.trailerInfo = {
          ...before,
          Root: entry('Root') ?? before.Root,
          Encrypt: entry('Encrypt') ?? before.Encrypt,
        } as typeof before;
        return [];
      },
    };
    return parser as unknown as ReturnType<typeof PDFXRefStreamParser.forStream>;
  };
}

type ObjectStreamParser = new (
  stream: PDFRawStream,
  shouldWaitForTick?: () => boolean,
) => ReturnType<typeof PDFObjectStreamParser.forStream>;

/** The names of a stream's filters, in the order of decoding; throws where they are no names. */
export function filtersOf(dict: PDFDict): string[] {
  const filter = dict.lookup(name('Filter'));
  const list =
    filter instanceof PDFArray ? filter.asArray().map((one) => dict.context.lookup(one)) : filter ? [filter] : [];
  if (list.length > 4) throw assetFault('a stream in the PDF is wrapped in more than four filters');
  return list.map((one) => {
    if (!(one instanceof PDFName)) throw assetFault('a stream in the PDF is damaged; save it again');
    return one.asString().slice(1);
  });
}

function decoded(stream: PDFRawStream, budget: Budget): Uint8Array {
  const { dict } = stream;
  if (dict.has(name('F'))) throw assetFault('the PDF refers to other files');
  let bytes = stream.contents;
  const filters = filtersOf(dict);
  spend(budget, filters.length > 0 ? leastUnpacked : Math.max(bytes.length, leastUnpacked));
  for (const [at, filter] of filters.entries()) {
    if (predictorOf(dict, at) > 1)
      throw assetFault('a stream in the PDF is coded in a way that cannot be read; save it again');
    bytes = unpacked(bytes, filter, budget);
  }
  return bytes;
}

function predictorOf(dict: PDFDict, at: number): number {
  const found = dict.lookup(name('DecodeParms'));
  const params = found instanceof PDFArray ? dict.context.lookup(found.asArray()[at]) : found;
  const predictor = params instanceof PDFDict ? params.lookup(name('Predictor')) : undefined;
  return Number(String(predictor ?? 1));
}
