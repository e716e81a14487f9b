/** Cuts a text in UTF-8 into its lines as it arrives; memory stays within one line. */

const lineFeed = 10;

/** Stands for a line that is longer than allowed. */
export const lineTooLarge = Symbol('a line that is too large');

export interface TextLine {
  /** From 1. */
  line: number;
  text: string | typeof lineTooLarge;
}

/** Lines end in LF; a CR before it and a byte order mark at the very beginning belong to no line. */
export async function* readLines(bytes: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<TextLine> {
  let held: Buffer[] = [];
  let size = 0;
  let line = 0;
  const end = (): TextLine => {
    line++;
    const text = size > maxBytes ? lineTooLarge : textOf(Buffer.concat(held), line === 1);
    held = [];
    size = 0;
    return { line, text };
  };
  const hold = (piece: Buffer) => {
    size += piece.length;
    // Of one that is too large nothing is needed any more.
    if (size > maxBytes) held = [];
    // A copy: whoever gives the pieces may write over them.
    else if (piece.length > 0) held.push(Buffer.from(piece));
  };
  for await (const piece of bytes) {
    const buffer = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let start = 0;
    for (let at = buffer.indexOf(lineFeed); at >= 0; at = buffer.indexOf(lineFeed, start)) {
      hold(buffer.subarray(start, at));
      yield end();
      start = at + 1;
    }
    hold(buffer.subarray(start));
  }
  if (size > 0) yield end();
}

function textOf(bytes: Buffer, isFirst: boolean): string {
  const text = bytes.toString('utf8').replace(/\r$/, '');
  return isFirst ? text.replace(/^\ufeff/, '') : text;
}
