/** MOLPRO's address lists: uploaded, ready at once, looked at, deleted. */

import type { FastifyInstance, FastifyReply } from 'fastify';
import type { App } from '../../../app.ts';
import type { AddressListRow } from '../../../db/address-lists.ts';
import { requirePermission } from '../../../domain/permissions.ts';
import type { AddressListFacts } from '../../../usecases/address-lists/create-address-list.ts';
import { deleteAddressList } from '../../../usecases/address-lists/delete-address-list.ts';
import { getAddressList } from '../../../usecases/address-lists/get-address-list.ts';
import { createAddressListOfXml } from '../../../usecases/address-lists/xml-addresses.ts';
import { sendXml } from '../wire.ts';
import { pieceOf } from './address-rows.ts';
import { numberOf } from './parameters.ts';
import { receiveXml } from './xml-body.ts';

interface WithId {
  Params: { id: string };
}

/** What clients wait for. The vendor's word for it claims a certificate that nobody here has. */
const ready = { status: 3, description: 'Ready: checked by format, not CASS Standardized' };

const roots = ['addressList', 'addresses'];

export function registerAddressLists(server: FastifyInstance, app: App): void {
  server.post('/addressLists', async (request, reply) => {
    // Asked here too, so that nobody sends a thousand addresses for nothing.
    requirePermission(request.actor, 'mailings:create');
    await using body = await receiveXml(app, request, app.config.MAX_UPLOAD_MB * 2 ** 20);
    const handIn = { body: body.open(), charset: body.charset, roots, pieceOf };
    const list = await createAddressListOfXml(app, request.actor, handIn, factsOf);
    return await sendList(app, reply, list);
  });

  server.get<WithId>('/addressLists/:id', async ({ actor, params }, reply) =>
    sendList(app, reply, await getAddressList(app, actor, numberOf('address list', params.id))),
  );

  server.delete<WithId>('/addressLists/:id', async ({ actor, params }, reply) => {
    await deleteAddressList(app, actor, numberOf('address list', params.id));
    return sendXml(reply, 200, [
      'addressList',
      [
        ['id', params.id],
        ['status', 0],
        ['description', 'Success'],
      ],
    ]);
  });
}

/** Named by the client, or by nobody. */
function factsOf(head: Map<string, string>): AddressListFacts {
  const addressMappingId = (head.get('addressmappingid') ?? '').slice(0, 20);
  return { name: (head.get('addresslistname') ?? '').slice(0, 255), terms: { addressMappingId } };
}

function sendList(app: App, reply: FastifyReply, { number, total, counts }: AddressListRow): FastifyReply {
  return sendXml(reply, 200, [
    'addressList',
    [
      ['id', number],
      ['status', ready.status],
      ['description', ready.description],
      ['statusLocation', `${app.publicUrl}/molpro/addressLists/${number}`],
      ['count', total],
      ['standard', counts.standard ?? 0],
      ['nonStandard', counts.non_standard ?? 0],
      ['international', counts.international ?? 0],
      ['nonMailable', counts.non_mailable ?? 0],
    ],
  ]);
}
