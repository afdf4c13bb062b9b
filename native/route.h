// The way back to a client: its address, and the address of ours that it asked. Lies in memory that JavaScript
// owns too, so that a late answer can keep a copy. No sockets here.
#ifndef NODENS_ROUTE_H
#define NODENS_ROUTE_H

#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

enum { ROUTE_CONTROL_OCTETS = 48 };

// 0            28              32                    80
// | sockaddr    | control_length | control (PKTINFO)   |
//
// JavaScript reads the sockaddr as the kernel writes it: family at 0, port at 2, IPv4 address at 4, IPv6 address at 8.
typedef struct Route {
  union {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
  } peer;
  // Octets of `control` to send with; 0 lets the routing table choose the source address.
  uint32_t control_length;
  _Alignas(8) unsigned char control[ROUTE_CONTROL_OCTETS];
} Route;

_Static_assert(sizeof(Route) == 80, "JavaScript and C agree on 80 octets a route");
_Static_assert(CMSG_SPACE(sizeof(struct in6_pktinfo)) <= ROUTE_CONTROL_OCTETS, "PKTINFO fits");

// Makes what the kernel said about a received datagram's destination into what a reply is sent with.
void route_keep_source(Route *route, struct msghdr *message);

// Points a message at the route's client and source address.
void route_address(const Route *route, struct msghdr *message);

#endif
