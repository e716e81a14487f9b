/** What is printed and how: paper, colour, sides, where the address stands, and what it is put into. No word of any vendor decides anything here. */

/** Points, 1/72 inch. */
export interface Size {
  width: number;
  height: number;
}

/**
 * Where the recipient's address stands: on a page of its own before the document, on the document's first or last page, or on the envelope,
 * which gets a page of its own in the size of the envelope before the document.
 */
export const addressPlacements = ['separate_page', 'first_page', 'last_page', 'envelope'] as const;
export type AddressPlacement = (typeof addressPlacements)[number];

/** Where the envelope's windows lie over a letter that is folded into it, or the address panel over a card; points from the page's top left corner. */
export interface Panel {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Envelope {
  name: string;
  /** Most sheets it takes. */
  capacity: number;
  /** False: the return address is printed on the envelope itself. */
  hasReturnWindow: boolean;
  /** Of one that is printed on itself, flap up: the size of its page. Without it, it is taken as large as its panels ask for. */
  size?: Size;
}

export interface PrintProduct {
  /** As the printer's manifest names it. */
  name: string;
  /** Of a page as it is trimmed, upright as seen. */
  page: Size;
  stock: string;
  color: boolean;
  duplex: boolean;
  placement: AddressPlacement;
  /** Where the recipient's address and barcode go; the return address goes into `sender`. */
  recipient: Panel;
  sender: Panel;
  /** Quarter turns clockwise of what is printed in the panels. */
  turns: 0 | 1 | 2 | 3;
  /** Null: mailed as it is. Where several are possible ("best fit"), the smallest that takes the sheets, in this order. */
  envelopes: Envelope[];
  /** Most sheets the product may have; bounds the above where there is no envelope. */
  maxSheets: number;
  mailClass: string;
  /** What the class means for the barcode and the tracking. */
  service: 'first_class' | 'standard' | 'certified' | 'priority' | 'express';
  productionTime: string;
  /** Line above the address that asks the post to forward or return; '' for none. */
  endorsement: string;
}
