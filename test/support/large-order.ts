/** An order of many recipients, of two products, some of whom cannot be mailed to. */

import type { OrderLine } from '../../src/domain/mail-order.ts';
import { letterProduct } from './letter-product.ts';
import { jobLine, pieceLine } from './mailings.ts';

/** Every seventh job is of another product, every fiftieth recipient cannot be mailed to. */
export function* largeOrder(jobs: number, recipients: number): Generator<OrderLine> {
  let at = 0;
  for (let job = 0; job < jobs; job++) {
    yield jobLine({
      firstPage: 1 + (job % 3),
      lastPage: 3,
      product: letterProduct(job % 7 === 6 ? { name: 'Other' } : {}),
    });
    for (let left = recipients; left > 0; left--, at++)
      yield pieceLine(`Recipient ${at}`, at % 50 === 49 ? { state: 'ZZ' } : {});
  }
}
