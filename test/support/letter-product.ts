/** The product that tests print when it does not matter which: a letter with a separate address page, in an envelope for five sheets. */

import type { PrintProduct } from '../../src/domain/print-product.ts';

export const letterProduct = (more: Partial<PrintProduct> = {}): PrintProduct => ({
  name: 'Letter',
  page: { width: 612, height: 792 },
  stock: 'White 24#',
  color: false,
  duplex: false,
  placement: 'separate_page',
  recipient: { left: 63, top: 136, width: 270, height: 72 },
  sender: { left: 36, top: 36, width: 250, height: 60 },
  turns: 0,
  envelopes: [{ name: '#10 Double Window', capacity: 5, hasReturnWindow: true }],
  maxSheets: 50,
  mailClass: 'First Class',
  service: 'first_class',
  productionTime: 'Next Day',
  endorsement: '',
  ...more,
});
