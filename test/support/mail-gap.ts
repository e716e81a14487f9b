/** Which mails a death leaves in doubt: taken by the relay, their result not stored. They and no others may come a second time, with the same Message-ID. */

import assert from 'node:assert/strict';
import type { SmtpSink } from './smtp-sink.ts';
import { type Place, untilSessionsEnd } from './snapshot.ts';

export class MailGap {
  readonly #sink: SmtpSink;
  readonly #place: Place;
  /** Message-ID to how many deaths left it in doubt. */
  readonly #inDoubt = new Map<string, number>();

  constructor(sink: SmtpSink, place: Place) {
    this.#sink = sink;
    this.#place = place;
  }

  /** To be called when a process has died and no other lives; how many mails that one left in doubt. */
  async noteDeath(): Promise<number> {
    await this.#sink.untilAlone();
    await untilSessionsEnd(this.#place);
    const taken = new Set(this.#sink.mails.map(({ messageId }) => messageId));
    const claimed = await this.#place.sql<{ id: string }>(
      `select message_id as id from delivery where status = 'sending'`,
    );
    const open = claimed.filter(({ id }) => taken.has(id));
    for (const { id } of open) this.#inDoubt.set(id, (this.#inDoubt.get(id) ?? 0) + 1);
    return open.length;
  }

  /** Each of the addresses has its mail, nobody else has one, and none came more often than its doubts allow. */
  assertOnce(addresses: readonly string[]): void {
    const copies = Map.groupBy(this.#sink.mails, ({ recipient }) => recipient);
    assert.deepEqual([...copies.keys()].sort(), [...addresses].sort(), 'who has mail');
    const ids = new Set<string>();
    for (const [recipient, mails] of copies) {
      const [{ messageId, text }] = mails as [(typeof mails)[number]];
      assert.ok(!ids.has(messageId), `${messageId} went to ${recipient} and to somebody else`);
      ids.add(messageId);
      for (const copy of mails) assert.deepEqual([copy.messageId, copy.text], [messageId, text], recipient);
      const allowed = 1 + (this.#inDoubt.get(messageId) ?? 0);
      assert.ok(mails.length <= allowed, `${recipient} has ${mails.length} copies, ${allowed} are explained`);
    }
  }
}
