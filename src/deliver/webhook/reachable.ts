/** Which addresses a webhook may go to: the public internet, and what the installation allows by name; nothing else, in whatever form it is written. */

import { BlockList, isIP, isIPv6 } from 'node:net';
import { ChanceryError } from '../../errors.ts';

/** IANA's special-purpose IPv4 addresses, and the one address in public space at which a cloud's own agent listens. */
const closedIpv4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];

/**
 * Of IPv6 only global unicast is open at all, so loopback, unspecified, IPv4-mapped, NAT64, discard-only, unique local, link-local,
 * site-local, SRv6 and multicast are closed without being named; within it Teredo and its neighbours, documentation, 6to4 and AS112.
 */
const openIpv6 = '2000::/3';
const closedIpv6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'];

const closed = listOf([...closedIpv4, ...closedIpv6]);
const globalUnicast = listOf([openIpv6]);

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix = ''] = network.split('/');
    list.addSubnet(address, Number(prefix), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
}

export interface Reachable {
  /** Whether a connection may be made to the address. */
  mayReach(address: string): boolean;
  /** Whether it lies in a network the installation names; only there plain http is spoken. */
  isAllowedByName(address: string): boolean;
  /** Whether the installation names any network. */
  readonly namesNetworks: boolean;
}

/** `allowed` is a comma-separated list of networks such as `10.1.0.0/16`. */
export function openReachable(allowed: string): Reachable {
  const networks = allowed.split(',').flatMap((network) => (network.trim() === '' ? [] : [network.trim()]));
  const named = listOf(networks);
  const isAllowedByName = (address: string) => named.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  return {
    namesNetworks: networks.length > 0,
    isAllowedByName,
    mayReach(address) {
      const version = isIP(address);
      if (version === 0) return false;
      if (isAllowedByName(address)) return true;
      if (version === 4) return !closed.check(address, 'ipv4');
      return globalUnicast.check(address, 'ipv6') && !closed.check(address, 'ipv6');
    },
  };
}

/** Ports of 1024 and above at which other protocols live (WHATWG Fetch, bad ports); below it only 80 and 443 are open. */
const closedPorts = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

const longestUrl = 2_000;

/** The normalised address of an endpoint; throws `invalid_input` saying what is wrong with it. Names are looked up only when something is sent. */
export function endpointUrl(text: string, reachable: Reachable): URL {
  const refuse = (reason: string) => {
    const issues = [{ path: 'url', code: 'invalid', params: { reason } } as const];
    return new ChanceryError('invalid_input', 'this address cannot be a webhook endpoint', { issues });
  };
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw refuse('it is not an absolute https address');
  if (url.href.length > longestUrl) throw refuse(`it is longer than ${longestUrl} characters`);
  if (url.username !== '' || url.password !== '') throw refuse('it must not contain a user name or password');
  const port = portOf(url);
  if (port !== 80 && port !== 443 && (port < 1_024 || closedPorts.has(port)))
    throw refuse(`port ${port} is not open to webhooks; use 443, 80 or one above 1023 without a protocol of its own`);
  const host = hostOf(url);
  if (isIP(host) && !reachable.mayReach(host)) throw refuse('it is a private or reserved address');
  const mayBePlain = isIP(host) ? reachable.isAllowedByName(host) : reachable.namesNetworks;
  if (url.protocol === 'http:' && !mayBePlain) throw refuse('it must begin with https://');
  url.hash = '';
  return url;
}

/** Without the brackets of IPv6. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');

export const portOf = (url: URL): number => Number(url.port || (url.protocol === 'https:' ? 443 : 80));
