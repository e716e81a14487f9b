/** `chancery quarantine`: what a restored database would let out; begins and ends the time in which nothing leaves. */

import { parseArgs } from 'node:util';
import type { App } from '../app.ts';
import { beginQuarantine, endQuarantine, sendHeldMail } from '../usecases/instance/end-quarantine.ts';
import { type Reconciliation, reconcile } from '../usecases/instance/reconcile.ts';
import type { Command } from './commands.ts';
import { localHelp, openLocal } from './open-local.ts';

export const quarantine: Command = {
  usage: `
chancery quarantine [--json]
chancery quarantine begin
chancery quarantine end --hold-mail | --send-mail
chancery quarantine send-held

  (nothing)     how far the database is behind, and what it would send; changes nothing
  begin         from now on nothing leaves: no mail, webhook, print run or new certificate; reading goes on
  end           work goes on. Numbers that may have been given out before are passed over; print runs wait for a person's word
  --hold-mail   mail that may have been sent before the restore is held; new mail is sent
  --send-mail   all of it is sent, perhaps a second time, with the same Message-ID
  send-held     sends what was held

${localHelp} Exit code of the report: 0 no quarantine, 1 in quarantine.`,
  async run(args) {
    const flag = { type: 'boolean', default: false } as const;
    const options = { json: flag, 'hold-mail': flag, 'send-mail': flag };
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [verb, ...more] = positionals;
    const isChosen = values['hold-mail'] !== values['send-mail'];
    if (
      more.length > 0 ||
      (verb === 'end') !== (values['hold-mail'] || values['send-mail']) ||
      (verb === 'end' && !isChosen)
    )
      return wrongCall();
    const act = verb === undefined ? undefined : Object.hasOwn(acts, verb) ? acts[verb] : null;
    if (act === null) return wrongCall();
    await using app = await openLocal();
    if (act) {
      process.stderr.write(`${await act(app, values['hold-mail'])}\n`);
      return 0;
    }
    const report = await reconcile(app);
    process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : describe(report));
    return report.quarantine === null ? 0 : 1;
  },
};

/** Each gives what to say afterwards. */
const acts: Record<string, (app: App, holdsMail: boolean) => Promise<string>> = {
  begin: async (app) =>
    (await beginQuarantine(app)) ? 'nothing leaves from now on' : 'it is in quarantine already; nothing was changed',
  async end(app, holdsMail) {
    await endQuarantine(app, holdsMail ? 'hold' : 'send');
    return 'the quarantine has ended; work goes on';
  },
  'send-held': async (app) => `${await sendHeldMail(app)} mails were put in line`,
};

function wrongCall(): number {
  process.stderr.write(
    'chancery quarantine: say nothing, begin, end --hold-mail, end --send-mail, or send-held\nTry: chancery quarantine --help\n',
  );
  return 64;
}

function describe({
  quarantine: state,
  database,
  documents,
  behindSeconds,
  lostReferences,
  outstanding,
}: Reconciliation) {
  const { mails, printRuns, notices, webhooks, batches, rows, mailings, approvals, held } = outstanding;
  const lines = [
    state ? `IN QUARANTINE since ${state.since}: ${state.sentence}` : 'no quarantine',
    `database    epoch ${database.epoch}, ${database.at ?? 'never marked'}`,
    `documents   ${documents ? `epoch ${documents.epoch}, ${documents.at}` : 'no mark'}`,
    ...(behindSeconds === null
      ? []
      : [`behind      ${inWords(behindSeconds)}; at least ${lostReferences} certificates were begun since`]),
    `mails       ${counted(mails)}`,
    `notices     ${notices} to signatories and members`,
    `webhooks    ${webhooks} messages`,
    `print runs  ${counted(printRuns)}`,
    `batches     ${batches} under way, ${rows} rows to be issued and mailed`,
    `mailings    ${mailings} under way`,
    `approvals   ${approvals} asked for`,
    `held        ${held} mails`,
  ];
  return `${lines.join('\n')}\n`;
}

function counted(byStatus: Record<string, number>): string {
  const parts = Object.entries(byStatus).map(([status, count]) => `${count} ${status}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

function inWords(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} minutes` : `${(seconds / 3_600).toFixed(1)} hours`;
}
