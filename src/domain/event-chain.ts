/** The chain of an organization's events: each has a number, and a hash over itself and the hash before it, so that nothing can be changed behind it unseen. */

import { hash } from 'node:crypto';

/** The end of a chain; `hash` in hex. */
export interface ChainHead {
  number: number;
  hash: string;
}

/** Before the first event. */
export const chainStart: ChainHead = { number: 0, hash: '0'.repeat(64) };

/** The next head: SHA-256 of `<hash before> <number> <text of the event>`. */
export function nextHead(before: ChainHead, text: string): ChainHead {
  const number = before.number + 1;
  return { number, hash: hash('sha256', `${before.hash} ${number} ${text}`, 'hex') };
}

export const chainLine = ({ number, hash }: ChainHead, text: string): string => `${number} ${hash} ${text}\n`;

export const headText = ({ number, hash }: ChainHead): string => `${number}:${hash}`;

/** Undefined for what is not `<number>:<hash>`. */
export function readHead(text: string): ChainHead | undefined {
  const [, number, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  return hash === undefined ? undefined : { number: Number(number), hash };
}

export interface CheckedChain {
  head: ChainHead;
  /** The first thing that is not as it was written, in words. */
  fault?: string;
}

/** Reads the lines of an export, which begin after `before`; a head that somebody kept must be among them. */
export async function checkChain(
  lines: AsyncIterable<string>,
  { before = chainStart, kept }: { before?: ChainHead; kept?: ChainHead } = {},
): Promise<CheckedChain> {
  let head = before;
  let met = kept === undefined || isSame(kept, before);
  for await (const line of lines) {
    const [, number, hash, text] = /^(\d+) ([0-9a-f]{64}) (.*)$/s.exec(line) ?? [];
    const next = nextHead(head, text ?? '');
    if (hash === undefined) return { head, fault: `after event ${head.number} comes a line that is no event` };
    if (Number(number) !== next.number)
      return { head, fault: `after event ${head.number} comes event ${number}: what was between them is missing` };
    if (hash !== next.hash)
      return { head, fault: `event ${number} is not what was sealed, or what stands before it is not` };
    head = next;
    if (kept && head.number === kept.number && !isSame(head, kept))
      return { head, fault: `event ${number} has another hash than the one that was kept: all of it was written anew` };
    met ||= kept !== undefined && isSame(head, kept);
  }
  if (met) return { head };
  return { head, fault: `it ends with event ${head.number}: the end is missing, event ${kept?.number} was kept` };
}

const isSame = (a: ChainHead, b: ChainHead) => a.number === b.number && a.hash === b.hash;
