/** The tracking code of a mail piece: 20 digits of an Intelligent Mail barcode (USPS-B-3200), without the routing digits of the address. */

import type { PrintProduct } from './print-product.ts';

/** Of nobody: barcodes with it can be drawn and read, and no post office reports on them. */
export const nobodysMailer = '000000';

/**
 * Service type ids for letters without Full Service and without address correction, with tracking (USPS STID table). The other services have
 * labels and package barcodes of their own; their letters are told apart as first class.
 */
const serviceTypes: Record<PrintProduct['service'], string> = {
  first_class: '310',
  standard: '311',
  certified: '310',
  priority: '310',
  express: '310',
};

/** How many serial numbers a mailer has: nine digits beside a mailer id of six, six beside one of nine. */
export const serialsOf = (mailer: string): number => 10 ** (15 - mailer.length);

/** `serial` below `serialsOf(mailer)`. Barcode id 00: no printed endorsement line. */
export function trackingCode(mailer: string, service: PrintProduct['service'], serial: number): string {
  if (!Number.isInteger(serial) || serial < 0 || serial >= serialsOf(mailer))
    throw new RangeError(`${serial} is no serial number of the mailer ${mailer}`);
  return `00${serviceTypes[service]}${mailer}${String(serial).padStart(15 - mailer.length, '0')}`;
}
