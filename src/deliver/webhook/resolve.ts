/** The connector's own resolver: it gives the addresses a connection is then made to, so that nothing can change between check and connect. */

import { Resolver } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { ConnectorFault } from './connector-fault.ts';
import type { Reachable } from './reachable.ts';

interface Address {
  address: string;
  family: 4 | 6;
}

/**
 * Asks the name servers itself rather than the system's getaddrinfo, whose few threads also read and write files: a name server that
 * is slow on purpose would hold them all. So /etc/hosts is not read. `servers` are `address` or `address:port`; default: the system's.
 */
async function addressesOf(host: string, servers: readonly string[]): Promise<Address[]> {
  // RFC 6761: no name server is asked for it.
  if (/^(.+\.)?localhost\.?$/i.test(host)) return [{ address: '127.0.0.1', family: 4 }];
  // A new one each time: it knows nothing from before, and follows a changed resolv.conf.
  const resolver = new Resolver({ timeout: 1_500, tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  const [v4, v6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  return [
    ...(v4.status === 'fulfilled' ? v4.value : []).map((address) => ({ address, family: 4 as const })),
    ...(v6.status === 'fulfilled' ? v6.value : []).map((address) => ({ address, family: 6 as const })),
  ];
}

/** For a socket's `lookup`. One address that is closed closes the name; which one it was is told to nobody. */
export function checkedLookup(reachable: Reachable, isSecure: boolean, servers: readonly string[]): LookupFunction {
  const find = async (host: string) => {
    const addresses = await addressesOf(host, servers);
    if (addresses.length === 0) throw new ConnectorFault(`the name ${host} has no address`);
    checkAddresses(
      addresses.map(({ address }) => address),
      reachable,
      isSecure,
    );
    return addresses;
  };
  return (host, options, callback) => {
    find(host).then(
      (addresses) => {
        const [first] = addresses as [Address];
        if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, ''),
    );
  };
}

/** Throws unless all may be reached, and spoken to in plain text where there is no TLS. */
export function checkAddresses(addresses: readonly string[], reachable: Reachable, isSecure: boolean): void {
  if (!addresses.every((address) => reachable.mayReach(address)))
    throw new ConnectorFault('the host has a private or reserved address');
  if (!isSecure && !addresses.every((address) => reachable.isAllowedByName(address)))
    throw new ConnectorFault('plain http is not allowed to this host; use https');
}
