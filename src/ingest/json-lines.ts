/** Reads what we ourselves stored as one line of JSON each, a piece of the file at a time. */

const lineFeed = 10;

/** Lines end in LF alone: a name may hold U+2028, which JSON leaves as it is. Throws what JSON.parse throws. */
export async function* readJsonLines<T>(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<T> {
  let rest: Buffer[] = [];
  for await (const piece of bytes) {
    const buffer = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let start = 0;
    for (let end = buffer.indexOf(lineFeed); end >= 0; end = buffer.indexOf(lineFeed, start)) {
      yield JSON.parse(Buffer.concat([...rest, buffer.subarray(start, end)]).toString()) as T;
      rest = [];
      start = end + 1;
    }
    // A copy: whoever gives the pieces may write over them.
    if (start < buffer.length) rest.push(Buffer.from(buffer.subarray(start)));
  }
  if (rest.length > 0) yield JSON.parse(Buffer.concat(rest).toString()) as T;
}
