import assert from 'node:assert/strict';
import test from 'node:test';
import { type InstanceMark, type InstanceState, suspicion } from './quarantine.ts';

const state = (facts: Partial<InstanceState> = {}): InstanceState => ({
  installation: 'a',
  epoch: 7,
  epochAt: new Date(0),
  nextReference: 0,
  witness: '11:22',
  reason: null,
  since: null,
  schema: 25,
  isUsed: true,
  ...facts,
});

const mark = (facts: Partial<InstanceMark> = {}): InstanceMark => ({
  installation: 'a',
  epoch: 7,
  at: '2026-01-01T00:00:00Z',
  nextReference: 0,
  sequences: {},
  mailSerials: {},
  ...facts,
});

const cases: [string, InstanceState, Parameters<typeof suspicion>[1], string | null, ReturnType<typeof suspicion>][] = [
  ['in ordinary life', state(), mark(), '11:22', null],
  ['killed between the epoch and its mark', state({ epoch: 8 }), mark(), '11:22', null],
  ['an older database', state({ epoch: 6 }), mark(), '11:22', 'behind'],
  ['of another installation', state(), mark({ installation: 'b' }), '11:22', 'foreign'],
  ['from before there was a mark', state({ epoch: 0 }), 'missing', '11:22', null],
  [
    'from before there was a mark, put back beside one',
    state({ epoch: 0 }),
    mark({ installation: 'b' }),
    null,
    'foreign',
  ],
  ['new and empty, beside old documents', state({ epoch: 0, isUsed: false }), mark({ installation: 'b' }), null, null],
  ['beside no documents', state(), 'missing', '11:22', 'mark_missing'],
  ['beside a mark that nobody can read', state(), 'unreadable', '11:22', 'mark_unreadable'],
  ['in a folder that is a copy', state(), mark(), '12:23', 'copied'],
  ['on a file system that keeps no numbers', state(), mark(), '12:22', null],
  ['in a folder whose owner was changed', state(), mark(), '11:23', null],
  ['with documents in S3', state(), mark(), null, null],
  ['before the first witness', state({ witness: null }), mark(), '11:22', null],
];

for (const [name, found, beside, witness, expected] of cases)
  test(`a database ${name}: ${expected ?? 'works'}`, () => assert.equal(suspicion(found, beside, witness), expected));
