// The value that a name of the kubernetes plugin has in its table: compact, nearly wire form, answered from without
// looking anywhere else. Offsets and flags only; node-writer.ts encodes, node-reader.ts decodes, node-keys.ts
// makes the keys. All numbers are big-endian.
//
//    0  u8   flags
//    1  u8   s: octets of the suffix
//    2  u16  weight of the SRV records
//    4  u16  a: IPv4 addresses                     (the rrset of A)
//    6  u16  b: IPv6 addresses                     (the rrset of AAAA)
//    8  u16  t: targets                            (the rrset of PTR and NS, named by SRV and extra)
//   10  u16  v: services                           (the rrset of SRV)
//   12  u16  x: additional addresses of SRV and NS
//   14  u16  c: hosts                              (CNAME targets among the addresses)
//   16  a * 4    addresses
//       b * 16   addresses
//       v * 4    u16 port, u16 target
//       x * 4    u16 target, u16 address           (number below a: IPv4, else IPv6)
//       s        labels that end every target, relative to the zone, no root label
//       t *      u8 length, labels in front of the suffix
//       c *      u16 IPv4 addresses before it, u16 IPv6 addresses before it, u8 length, name with root label
//
// A value of one octet is the flags of a name without records (a namespace) or of an alias. TTL, class and owner are not here:
// the first two are constants of the block, the owner is spelled as in the query.
//
// Nearly all names are an endpoint's, a service's with one address, or an address's. They have shorter forms, NODE_IS_PLACE and
// NODE_IS_POINTER; the SRV target of a place is taken from the key, which stands in front of the value:
//
//    0  u8   flags                                  0  u8   flags
//    1  u8   weight                                 1  t *  u8 length, labels relative to the zone
//    2  u8   v: services
//    3  v*2  ports
//       4 or 16 octets of the address

/** The name has records of some type, though perhaps none that can be shown (TXT queries differ by this). */
export const NODE_HAS_RECORDS = 1;
/** The name has exactly the records of the service, two labels up: look there (port forms of one-port services). */
export const NODE_IS_ALIAS = 2;
/** The first of the records is a host, so the name answers CNAME queries. */
export const NODE_HOST_IS_FIRST = 4;

/** One address with its ports; the target of each is the name itself. */
export const NODE_IS_PLACE = 8;
/** Of a place: the target is two labels up (port forms of services with several ports). */
export const NODE_IS_PORT = 16;
/** Targets and nothing else. */
export const NODE_IS_POINTER = 32;

export const PLACE_WEIGHT = 1;
export const PLACE_PORT_COUNT = 2;
export const PLACE_HEADER_LENGTH = 3;
export const PLACE_PORT_LENGTH = 2;
export const POINTER_HEADER_LENGTH = 1;

export const NODE_WEIGHT = 2;
export const NODE_IPV4_COUNT = 4;
export const NODE_IPV6_COUNT = 6;
export const NODE_TARGET_COUNT = 8;
export const NODE_SERVICE_COUNT = 10;
export const NODE_EXTRA_COUNT = 12;
export const NODE_HOST_COUNT = 14;
export const NODE_HEADER_LENGTH = 16;

export const IPV4_LENGTH = 4;
export const IPV6_LENGTH = 16;
/** Octets of an SRV entry and of an additional address. */
export const NODE_PAIR_LENGTH = 4;
/** Octets in front of a host's length. */
export const NODE_HOST_HEADER = 4;
