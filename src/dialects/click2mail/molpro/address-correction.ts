/** MOLPRO's address correction: each address in the form that the post likes best, and what is wrong with it by its format. */

import type { FastifyInstance } from 'fastify';
import type { App } from '../../../app.ts';
import type { AddressKind, ReadAddress } from '../../../domain/postal-address.ts';
import { checkXmlAddresses } from '../../../usecases/address-lists/xml-addresses.ts';
import { issueSentence } from '../sentences.ts';
import { sendXml } from '../wire.ts';
import type { XmlElement } from '../xml-writer.ts';
import { pieceOf } from './address-rows.ts';
import { receiveXml } from './xml-body.ts';

const roots = ['addresses', 'addressList', 'addressCorrection'];
const bodyLimit = 2 * 2 ** 20;

export function registerAddressCorrection(server: FastifyInstance, app: App): void {
  server.post('/addressCorrection', async (request, reply) => {
    await using body = await receiveXml(app, request, bodyLimit);
    const handIn = { body: body.open(), charset: body.charset, roots, pieceOf };
    const checked = await checkXmlAddresses(request.actor, handIn);
    return await sendXml(reply, 200, [
      'addressCorrection',
      [
        ['status', 0],
        ['description', 'Success'],
        ['addresses', checked.map((one): XmlElement => ['address', addressElements(one)])],
      ],
    ]);
  });
}

const verdicts: Record<AddressKind, string> = {
  standard: 'The format is right. Whether there is such an address was not checked: that needs a CASS licence.',
  non_standard: 'It can be mailed, without a discount.',
  international: 'It goes abroad.',
  non_mailable: 'It cannot be mailed.',
};

/** Clients read every one of these, whatever it holds. */
function addressElements({ kind, address, issues }: ReadAddress): XmlElement[] {
  const [address1 = '', address2 = '', address3 = ''] = address.lines;
  return [
    ['name', address.name],
    ['organization', address.organization],
    ['address1', address1],
    ['address2', address2],
    ['address3', address3],
    ['city', address.city],
    ['state', address.region],
    ['zip', address.postalCode],
    ['country', address.country],
    ['fineCorrectionMessage', issues.map(issueSentence).join(' ')],
    ['coarseCorrectionMessage', verdicts[kind]],
    ['standard', kind === 'standard'],
    ['international', kind === 'international'],
    ['nonMailable', kind === 'non_mailable'],
  ];
}
