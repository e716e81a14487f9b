/** No address of this machine or of the network it stands in can be made a webhook, however it is written. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChanceryError } from '../../errors.ts';
import { endpointUrl, openReachable } from './reachable.ts';

const internet = openReachable('');

const closed = [
  // this host, loopback, private use, carrier-grade NAT, link-local
  ...[
    '0.0.0.0',
    '0.1.2.3',
    '127.0.0.1',
    '127.255.255.254',
    '10.0.0.1',
    '10.255.255.255',
    '172.16.0.1',
    '172.31.255.255',
  ],
  ...['192.168.0.1', '192.168.255.255', '100.64.0.1', '100.127.255.255', '169.254.0.1', '169.254.169.254'],
  // agents of clouds
  ...['100.100.100.200', '168.63.129.16', '192.0.0.192', 'fd00:ec2::254'],
  // protocol assignments, documentation, relays, benchmarks, multicast, reserved, broadcast
  ...['192.0.0.8', '192.0.2.1', '198.51.100.7', '203.0.113.9', '192.88.99.1', '198.18.0.1', '198.19.255.255'],
  ...['192.31.196.1', '192.52.193.1', '192.175.48.1', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255'],
  // the same of IPv6
  ...['::', '::1', 'fe80::1', 'fec0::1', 'fc00::1', 'fdff::1', 'ff02::1', '100::1', '5f00::1', '4000::1', 'e000::1'],
  ...['2001:db8::1', '3fff::1', '2001::1', '2001:2::1', '2001:10::1', '2001:20::1', '2620:4f:8000::1'],
  // IPv4 inside IPv6: mapped, compatible, translated, NAT64, 6to4, Teredo
  ...['::ffff:127.0.0.1', '::ffff:8.8.8.8', '::7f00:1', '::ffff:0:127.0.0.1', '64:ff9b::7f00:1', '64:ff9b:1::7f00:1'],
  ...['2002:7f00:1::', '2002:808:808::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
];

const open = [
  ...[
    '1.1.1.1',
    '8.8.8.8',
    '93.184.216.34',
    '100.63.255.255',
    '100.128.0.1',
    '172.15.255.255',
    '172.32.0.1',
    '11.0.0.1',
  ],
  ...[
    '126.255.255.255',
    '128.0.0.1',
    '169.253.255.255',
    '169.255.0.1',
    '192.167.255.255',
    '192.169.0.1',
    '198.17.255.255',
  ],
  ...[
    '198.20.0.1',
    '223.255.255.255',
    '2001:200::1',
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200e',
    '2003::1',
    '3ffe::1',
  ],
];

test('addresses that are not of the public internet are closed', () => {
  for (const address of closed) assert.equal(internet.mayReach(address), false, address);
  for (const address of open) assert.equal(internet.mayReach(address), true, address);
  for (const nonsense of ['', 'localhost', '127.1', '0x7f000001', '1.2.3.4.5', '::1%lo'])
    assert.equal(internet.mayReach(nonsense), false, nonsense);
});

function reasonOf(url: string, reachable = internet): string | undefined {
  try {
    endpointUrl(url, reachable);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof ChanceryError && error.code === 'invalid_input');
    return error.issues[0]?.params?.reason as string;
  }
}

test('an endpoint’s address must be public https, in whatever form a private one is written', () => {
  const hosts = closed.map((address) => (address.includes(':') ? `[${address}]` : address));
  const disguised = [
    '127.1',
    '127.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '017700000001',
    '0',
    '0.0',
    '①②⑦.⓪.⓪.①',
  ];
  const dotted = [
    '127.0.0.1.',
    '169.254.169.254.',
    '%31%32%37.0.0.1',
    '127。0。0。1',
    '0300.0250.0.1',
    '[::ffff:7f00:1]',
  ];
  for (const host of [...hosts, ...disguised, ...dotted, '[0:0:0:0:0:0:0:1]', '[::ffff:169.254.169.254]'])
    assert.equal(reasonOf(`https://${host}/`), 'it is a private or reserved address', host);
});

test('other schemes, credentials, ports of other protocols and nonsense are refused', () => {
  const refused: [string, RegExp][] = [
    ['http://example.com/', /must begin with https/],
    ['http://93.184.216.34/', /must begin with https/],
    ...[
      'ftp://example.com/',
      'file:///etc/passwd',
      'gopher://example.com',
      'javascript:alert(1)',
      'data:,x',
      'unix:/run/x',
      'ws://example.com',
    ].map((url) => [url, /absolute https/] as [string, RegExp]),
    ...[
      '',
      'example.com',
      '/hook',
      '//example.com/',
      'https://',
      'https://exa mple.com',
      'https://example.com:99999/',
      'https://[::1',
      'https://1.2.3.4.5/',
    ].map((url) => [url, /absolute https/] as [string, RegExp]),
    ['https://user@example.com/', /user name or password/],
    ['https://user:secret@example.com/', /user name or password/],
    ['https://127.0.0.1@example.com/', /user name or password/],
    ...[0, 22, 25, 53, 110, 143, 465, 587, 993, 6000, 6667, 10080].map(
      (port) => [`https://example.com:${port}/`, /port \d+ is not open/] as [string, RegExp],
    ),
    [`https://example.com/${'a'.repeat(2_000)}`, /longer than/],
  ];
  for (const [url, reason] of refused) assert.match(reasonOf(url) ?? 'was taken', reason, url);
  for (const url of [
    'https://example.com/',
    'https://example.com:8443/a?b=c',
    'https://bücher.example/hook',
    'https://8.8.8.8/',
  ])
    assert.equal(reasonOf(url), undefined, url);
  assert.equal(endpointUrl('https://EXAMPLE.com:443/a/../b#fragment', internet).href, 'https://example.com/b');
});

test('networks that the installation names are open, also without TLS, and nothing beside them', () => {
  const intranet = openReachable('10.1.0.0/16, fd00:1::/64');
  for (const url of ['http://10.1.2.3/', 'https://10.1.2.3:8080/', 'http://[fd00:1::5]/', 'http://intranet.example/'])
    assert.equal(reasonOf(url, intranet), undefined, url);
  for (const url of [
    'http://10.2.0.1/',
    'https://10.0.255.255/',
    'https://[fd00:2::1]/',
    'http://8.8.8.8/',
    'https://169.254.169.254/',
  ])
    assert.ok(reasonOf(url, intranet), url);
});
