/** What the beginning of a file says about the rest: whether it is a table at all, an Excel `sep=` line, and which delimiter the header uses. */

import { fileFault } from './file-fault.ts';

export type Delimiter = ',' | ';' | '\t';

export interface FirstLine {
  delimiter: Delimiter;
  /** Bytes of a `sep=` line, to be left out; Excel neither shows nor counts it. */
  skip: number;
}

const [quote, lineFeed, carriageReturn] = [0x22, 0x0a, 0x0d];
const delimiters: readonly Delimiter[] = [',', ';', '\t'];
/** HTML, XML and JSON, which people hand in as a table. */
const otherText = /^\s*(<(!|\?xml|html|table)|\{\s*"|\[\s*[{["\]])/i;

/** Where the first line that is not blank ends (after its line break), quotes respected; -1 if it does not end in `head`. */
export function endOfFirstLine(head: Buffer, from = 0): number {
  let quoted = false;
  let blank = true;
  for (let at = from; at < head.length; at++) {
    const byte = head[at] as number;
    if (byte === quote) quoted = !quoted;
    if (!quoted && (byte === lineFeed || byte === carriageReturn)) {
      if (!blank) return byte === carriageReturn && head[at + 1] === lineFeed ? at + 2 : at + 1;
    } else if (byte > 0x20) blank = false;
  }
  return -1;
}

/**
 * Reads the first line out of `head`, which holds it whole (or the whole file).
 * @throws ChanceryError invalid_input with `not_a_table` or `empty_file`
 */
export function readFirstLine(head: Buffer): FirstLine {
  const end = endOfFirstLine(head);
  const line = head.subarray(0, end === -1 ? head.length : end).toString('utf8');
  if (otherText.test(head.subarray(0, 200).toString('latin1'))) throw fileFault('not_a_table');
  if (line.trim() === '') throw fileFault('empty_file');
  const separator = /^\s*"?sep=([,;\t])"?[\r\n]*$/i.exec(line);
  if (separator === null) return { delimiter: mostFrequent(line), skip: 0 };
  return { delimiter: separator[1] as Delimiter, skip: end === -1 ? head.length : end };
}

/** Counted outside quotes; the comma wins a tie, then the semicolon. */
function mostFrequent(line: string): Delimiter {
  const counts = new Map<string, number>();
  let quoted = false;
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (!quoted) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  const count = (delimiter: Delimiter) => counts.get(delimiter) ?? 0;
  return delimiters.reduce((best, next) => (count(next) > count(best) ? next : best));
}
