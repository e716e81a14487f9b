/** What a process knows of the installation it works for; each new connection is asked before its first use, so that a database that was put back or moved on under a running process is met by no statement of ours. */

import { type InstanceState, quarantineReasons } from '../domain/quarantine.ts';
import { ChanceryError } from '../errors.ts';
import { beginQuarantine, inQuarantine, instanceState } from './instance.ts';
import type { Tx } from './open.ts';

export interface Halt {
  /** `outdated`: the database has been migrated by a newer release than this program. `master_key`: there is none to sign with. */
  kind: 'quarantine' | 'outdated' | 'master_key';
  /** For the operator. */
  reason: string;
}

export interface InstanceGuard {
  /** Why nothing may be done, for as long as that holds. */
  readonly halt: Halt | undefined;
  /** Another number whenever there was a quarantine: what was taken ahead in the one before is not used any more. */
  readonly era: number;
  /** Throws `not_ready` while halted. */
  refuse(): void;
  /** For want of the master key, with the reason; until it is called without one. */
  withhold(reason: string | undefined): void;
  /** Looks at the installation by this connection, and begins a quarantine where its database is older than one this process has seen. */
  look(connection: Pick<Tx, 'query'>): Promise<InstanceState | undefined>;
}

export interface GuardLog {
  error(data: object, message: string): void;
  warn(data: object, message: string): void;
}

/** `newest`: number of the newest migration this program knows. */
export function openInstanceGuard(newest: number, log: GuardLog): InstanceGuard {
  let known: Pick<InstanceState, 'installation' | 'epoch'> | undefined;
  let ofDatabase: Halt | undefined;
  let ofMasterKey: Halt | undefined;
  let halt: Halt | undefined;
  let era = 0;
  const note = () => {
    const found = ofDatabase ?? ofMasterKey;
    if (found?.reason === halt?.reason) return;
    if (found?.kind === 'quarantine' && halt?.kind !== 'quarantine') era++;
    halt = found;
    if (found) log.error({ halt: found.kind, reason: found.reason }, 'nothing is done or sent: see docs/operations.md');
    else log.warn({}, 'work goes on');
  };
  return {
    get halt() {
      return halt;
    },
    get era() {
      return era;
    },
    refuse() {
      if (halt?.kind === 'quarantine') throw inQuarantine();
      if (halt) throw new ChanceryError('not_ready', halt.reason);
    },
    withhold(reason) {
      ofMasterKey = reason === undefined ? undefined : { kind: 'master_key', reason };
      note();
    },
    async look(connection) {
      // What other connections find meanwhile may be newer than this one's answer.
      const before = known;
      let state = await read(connection);
      if (!state) return undefined;
      const isOlder = before && (state.installation !== before.installation || state.epoch < before.epoch);
      if (isOlder && !state.reason) {
        await beginQuarantine(connection, 'behind');
        state = { ...state, reason: 'behind' };
      }
      if (isOlder || !known || state.epoch > known.epoch) known = state;
      ofDatabase = haltOf(state, newest);
      note();
      return state;
    },
  };
}

/** Undefined for a database in which there is nothing yet. */
async function read(connection: Pick<Tx, 'query'>): Promise<InstanceState | undefined> {
  try {
    return (await connection.query<InstanceState>(instanceState)).rows[0];
  } catch (cause) {
    if (!isOfAnotherSchema(cause)) throw cause;
    throw new ChanceryError('not_ready', 'the database has not the schema of this program; restart it', { cause });
  }
}

/** No such table, no such column. */
const isOfAnotherSchema = (error: unknown) => ['42P01', '42703'].includes((error as { code?: string }).code ?? '');

function haltOf({ schema, reason }: InstanceState, newest: number): Halt | undefined {
  if (schema > newest)
    return {
      kind: 'outdated',
      reason: `the database has been brought to migration ${schema} by a newer release, this program knows ${newest}: start the newer release`,
    };
  return reason === null ? undefined : { kind: 'quarantine', reason: quarantineReasons[reason] };
}
