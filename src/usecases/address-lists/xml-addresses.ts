/** Addresses handed in as XML: the door says what its elements are called, and what it makes of them. */

import type { App } from '../../app.ts';
import type { AddressListRow } from '../../db/address-lists.ts';
import type { OrderedPiece } from '../../domain/mail-order.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import type { ReadAddress } from '../../domain/postal-address.ts';
import { invalidInput } from '../../errors.ts';
import { readXmlAddresses, type XmlAddressRow } from '../../ingest/xml-addresses.ts';
import { readMailAddress } from '../../pipeline/read-mail-address.ts';
import { type AddressListFacts, createAddressList } from './create-address-list.ts';

export interface XmlHandIn {
  body: AsyncIterable<Uint8Array>;
  /** Of the content type, where it names one. */
  charset?: string;
  /** Names that the outermost element may have. */
  roots: readonly string[];
  pieceOf(row: XmlAddressRow): OrderedPiece;
}

/** Throws as `createAddressList`, and `invalid_input` for XML that cannot be read. `factsOf` gets the elements beside the addresses. */
export async function createAddressListOfXml(
  app: App,
  actor: Actor,
  handIn: XmlHandIn,
  factsOf: (head: Map<string, string>) => AddressListFacts,
): Promise<AddressListRow> {
  const { rows, head } = readXmlAddresses(handIn.body, handIn);
  return createAddressList(app, actor, piecesOf(rows, handIn), () => factsOf(head()));
}

const mostAtOnce = 1_000;

/** Each in the form that the post likes best, with what is wrong with it. Nothing is stored. Throws `invalid_input` for none or more than a thousand. */
export async function checkXmlAddresses(actor: Actor, handIn: XmlHandIn): Promise<ReadAddress[]> {
  requirePermission(actor, 'mailings:view');
  const checked: ReadAddress[] = [];
  for await (const { address } of piecesOf(readXmlAddresses(handIn.body, handIn).rows, handIn)) {
    if (checked.length === mostAtOnce)
      throw invalidInput('too many addresses', [
        { path: 'addresses', code: 'too_many_rows', params: { max: mostAtOnce } },
      ]);
    checked.push(readMailAddress(address, { capitals: true }));
  }
  if (checked.length === 0) throw invalidInput('there are no addresses');
  return checked;
}

async function* piecesOf(rows: AsyncIterable<XmlAddressRow>, { pieceOf }: XmlHandIn): AsyncGenerator<OrderedPiece> {
  for await (const row of rows) yield pieceOf(row);
}
