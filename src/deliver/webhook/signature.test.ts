/** The signatures are those that others compute. */

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { bodySignature, newWebhookSecret, secretFault, standardSignature } from './signature.ts';

// The vector of the reference libraries of Standard Webhooks.
const vector = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: 1_614_265_330,
  body: Buffer.from('{"test": 2432232314}'),
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};

test('the signature of Standard Webhooks is that of its published vector', () => {
  const { secret, id, timestamp, body, signature } = vector;
  assert.equal(standardSignature([secret], id, timestamp, body), signature);
});

test('during a rotation there is one signature for each secret, the new one first', () => {
  const { secret, id, timestamp, body, signature } = vector;
  const signatures = standardSignature([newWebhookSecret(), secret], id, timestamp, body).split(' ');
  assert.equal(signatures.length, 2);
  assert.equal(signatures[1], signature);
  assert.notEqual(signatures[0], signature);
});

test('a secret brought from elsewhere that is no base64 is the key itself', () => {
  const { id, timestamp, body } = vector;
  const key = 'a-secret-from-another-service';
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  assert.equal(standardSignature([key], id, timestamp, body), `v1,${expected}`);
});

test('VEC’s signature is the bare hex of the body under the secret as shown (RFC 4231, test case 2)', () => {
  const body = Buffer.from('what do ya want for nothing?');
  assert.equal(bodySignature('Jefe', body), '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
});

test('new secrets are 32 random bytes, and secrets brought along are checked', () => {
  const secret = newWebhookSecret();
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.notEqual(secret, newWebhookSecret());
  for (const good of [secret, vector.secret, 'sixteen-letters!', `whsec_${Buffer.alloc(64, 7).toString('base64')}`])
    assert.equal(secretFault(good), undefined, good);
  const bad = [
    '',
    'too short',
    'has a blank in it',
    'x'.repeat(201),
    'whsec_',
    'whsec_c2hvcnQtc2hvcnQ=',
    'umlaut-ä-umlaut-ä',
  ];
  for (const one of [
    ...bad,
    `whsec_${Buffer.alloc(65).toString('base64')}`,
    'whsec_!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!',
  ])
    assert.ok(secretFault(one), one);
});
