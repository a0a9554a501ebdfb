import { BlockList, isIP } from 'node:net';

/** Everything that is not the public internet: IANA special-purpose address registries (RFC 6890 and later). */
const IPV4_SPECIAL: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/** Within the global unicast block 2000::/3, which alone is public: what is special all the same. */
const IPV6_SPECIAL: readonly (readonly [string, number])[] = [
  // Protocol assignments, Teredo, ORCHID.
  ['2001::', 23],
  ['2001:db8::', 32],
  // 6to4 carries any IPv4 address inside.
  ['2002::', 16],
  ['3fff::', 20],
];

function listOf(ranges: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family);
  return list;
}

const special4 = listOf(IPV4_SPECIAL, 'ipv4');
const special6 = listOf(IPV6_SPECIAL, 'ipv6');
const global6 = listOf([['2000::', 3]], 'ipv6');

/** Whether the text is an IP address of the public internet; IPv4 mapped into IPv6 never is. */
export function isPublicAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  switch (isIP(bare)) {
    case 4:
      return !special4.check(bare, 'ipv4');
    case 6:
      return global6.check(bare, 'ipv6') && !special6.check(bare, 'ipv6');
    default:
      return false;
  }
}

/** Whether a URL's host is written as an address and not as a name; URL parsing has normalised odd spellings. */
export function isLiteralAddress(hostname: string): boolean {
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}
