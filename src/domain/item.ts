/** An item: one recipient's row and everything that was decided about it when it was accepted. */

import type { FieldValue } from './field.ts';
import type { Issue } from './issue.ts';

/** All that the page and the credential program need for one item. Nothing else may enter them, so that replay gives the same bytes. */
export interface ItemFacts {
  /** UUID; the public id of certificate and credential. */
  id: string;
  /** Printed on the document, e.g. `VEC-IC-202667DAE48425BAD`. */
  referenceId: string;
  /** NFC, at most 200 characters. */
  name: string;
  email: string;
  /** `YYYY-MM-DD`. */
  issueDate: string;
  /** `YYYY-MM-DD`, or null for never. */
  expiryDate: string | null;
  /** Absolute; what the QR code says. */
  verificationUrl: string;
  /** Clean values by field name: an absent optional value has no key. */
  fields: Record<string, FieldValue>;
  /** 32 hex digits, salt of the e-mail hash in the credential. */
  emailSalt: string;
  /** Place in the organization's Bitstring status list. */
  statusList: { url: string; index: number };
}

/** What the readers of CSV and JSON give for one record: cells in header order. */
export interface RawRow {
  /** Row number as in the spreadsheet: the header is row 1, so the first record is 2. Blank lines count. In a list the first is 1. */
  row: number;
  cells: string[];
  /** What its reader found wrong that the cells do not show, by header: a list where a text belongs. At `row`, of the row as a whole. */
  faults?: Issue[];
}

/** A row that passed the row schema. */
export interface CleanRow {
  name: string;
  email: string;
  /** `YYYY-MM-DD`, or null where the row names none. */
  issueDate: string | null;
  expiryDate: string | null;
  fields: Record<string, FieldValue>;
}
