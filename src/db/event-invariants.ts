/** What must hold of the chain of events: each query gives the rows that break it. */

import { chainStart } from '../domain/event-chain.ts';
import type { Invariants } from './invariants.ts';

const hashBefore = `coalesce(encode(before.hash, 'hex'), '${chainStart.hash}')`;

export const eventInvariants: Invariants = {
  13: {
    'events are numbered from one on, without gaps': `select 1 from event_seal where number > 1 and not exists (
         select from event_seal before where before.organization_id = event_seal.organization_id and before.number = event_seal.number - 1)`,
    'every event is the one that was sealed, behind the one that was sealed before it': `select 1 from event_seal
         left join event on event.id = event_seal.event_id and event.organization_id = event_seal.organization_id
         left join event_seal before on before.organization_id = event_seal.organization_id and before.number = event_seal.number - 1
         where event_seal.hash is distinct from sha256(convert_to(${hashBefore} || ' ' || event_seal.number || ' ' || event_text(event), 'UTF8'))
           or event.id is null`,
    'the chain of events ends where it was left': `select 1 from event_chain full join (
           select distinct on (organization_id) organization_id, number, hash from event_seal order by organization_id, number desc) last
         using (organization_id) where event_chain.number is distinct from last.number or event_chain.hash is distinct from last.hash`,
    'no event is without its number ten minutes after it': `select 1 from event where not exists (select from event_seal where event_id = event.id)
         and at < (select epoch_at from instance) - interval '10 minutes'`,
  },
};
