/** Draws pictures two at a time, each once however many ask for it, and keeps the last ones; who comes when the queue is full is sent away. */

import { ChanceryError } from '../../errors.ts';

export interface PictureDesk {
  /** Throws `not_ready` when the queue is full, and whatever `work` throws; what failed is not kept. */
  draw(key: string, work: () => Promise<Buffer>): Promise<Buffer>;
}

interface Limits {
  /** The belt needs the threads too. */
  atOnce: number;
  waiting: number;
  /** Of what is kept. */
  bytes: number;
}

export function openPictureDesk(
  { atOnce, waiting, bytes }: Limits = { atOnce: 2, waiting: 64, bytes: 2 ** 25 },
): PictureDesk {
  /** Oldest use first. */
  const kept = new Map<string, Buffer>();
  const drawing = new Map<string, Promise<Buffer>>();
  const queue: (() => void)[] = [];
  let size = 0;
  let busy = 0;

  const keep = (key: string, png: Buffer) => {
    kept.set(key, png);
    size += png.length;
    for (const [oldest, { length }] of kept) {
      if (size <= bytes) break;
      kept.delete(oldest);
      size -= length;
    }
  };
  const inTurn = async (work: () => Promise<Buffer>) => {
    // Whoever leaves hands the place on, so that a newcomer cannot slip in between.
    if (busy < atOnce) busy += 1;
    else await new Promise<void>((enter) => queue.push(enter));
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else busy -= 1;
    }
  };

  return {
    async draw(key, work) {
      const found = kept.get(key);
      if (found) {
        kept.delete(key);
        kept.set(key, found);
        return found;
      }
      const underWay = drawing.get(key);
      if (underWay !== undefined) return underWay;
      if (queue.length >= waiting) throw new ChanceryError('not_ready', 'too many pictures are waiting to be drawn');
      const drawn = inTurn(work).finally(() => drawing.delete(key));
      drawing.set(key, drawn);
      const png = await drawn;
      keep(key, png);
      return png;
    },
  };
}
