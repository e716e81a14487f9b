/** The normalised source of a batch: its raw rows in blocks that can each be read alone, so that a chunk never needs the file's beginning. */

import type { Issue } from '../domain/issue.ts';
import type { RawRow } from '../domain/item.ts';

export interface SourceBlock {
  /** Bytes from the start of the source. */
  offset: number;
  /** Bytes. */
  length: number;
  /** Index in the batch, from 0, of the block's first row. */
  firstSeq: number;
  count: number;
}

/** UTF-16 units: 500 records of a mebibyte each would need more memory than a process has. */
const largestBlock = 8 * 2 ** 20;

/**
 * Cuts rows into blocks of `rowsPerBlock` (the last may be shorter, and so is one that reaches 8 MiB, because a block is held in memory
 * as a whole), each one line of JSON: `[[row, ...cells], ...]`, after the cells a list of faults where there are any, which keeps every string as it is, lone surrogates too. `blocks` is complete after `bytes` has been consumed; `bytes` can be consumed once.
 */
export function writeSource(
  rows: AsyncIterable<RawRow[]>,
  rowsPerBlock: number,
): { bytes: AsyncIterable<Uint8Array>; blocks: SourceBlock[] } {
  if (!Number.isInteger(rowsPerBlock) || rowsPerBlock < 1) throw new RangeError('rowsPerBlock is a positive integer');
  const blocks: SourceBlock[] = [];
  return { bytes: blockBytes(rows, rowsPerBlock, blocks), blocks };
}

async function* blockBytes(rows: AsyncIterable<RawRow[]>, rowsPerBlock: number, blocks: SourceBlock[]) {
  const place = { offset: 0, seq: 0 };
  const close = (lines: string[]): Buffer => {
    const bytes = blockOf(lines);
    blocks.push({ offset: place.offset, length: bytes.length, firstSeq: place.seq, count: lines.length });
    place.offset += bytes.length;
    place.seq += lines.length;
    return bytes;
  };
  let open: string[] = [];
  let size = 0;
  for await (const some of rows) {
    for (const raw of some) {
      const line = lineOf(raw);
      open.push(line);
      size += line.length;
      if (open.length < rowsPerBlock && size < largestBlock) continue;
      yield close(open);
      open = [];
      size = 0;
    }
  }
  if (open.length > 0) yield close(open);
}

const lineOf = ({ row, cells, faults }: RawRow) => JSON.stringify(faults ? [row, ...cells, faults] : [row, ...cells]);
const blockOf = (lines: string[]) => Buffer.from(`[${lines.join(',')}]\n`, 'utf8');

/** A block of one row, for `readBlock`. */
export function rowBlock(raw: RawRow): Buffer {
  return blockOf([lineOf(raw)]);
}

/** The rows of one block. */
export function readBlock(bytes: Uint8Array): RawRow[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return (JSON.parse(text) as [number, ...(string | Issue[])[]][]).map(([row, ...rest]) => {
    const faults = rest.at(-1);
    return typeof faults === 'object'
      ? { row, cells: rest.slice(0, -1) as string[], faults }
      : { row, cells: rest as string[] };
  });
}
