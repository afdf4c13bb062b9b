// Turns the PKTINFO of a received datagram into the PKTINFO of its reply (ip(7), ipv6(7)).
#include "route.h"

#include <stddef.h>

// The interface index is dropped: it would force the reply out of the interface that the query came in by, where the
// routing table may want another one.
static uint32_t keep_v4(struct cmsghdr *control) {
  struct in_pktinfo *info = (struct in_pktinfo *)CMSG_DATA(control);
  info->ipi_ifindex = 0;
  return CMSG_SPACE(sizeof *info);
}

// A link-local address means something on its own link only, so it keeps the index. A socket for both families tells IPv4
// destinations this way too, as mapped addresses, and takes them back so.
static uint32_t keep_v6(struct cmsghdr *control) {
  struct in6_pktinfo *info = (struct in6_pktinfo *)CMSG_DATA(control);
  if (!IN6_IS_ADDR_LINKLOCAL(&info->ipi6_addr)) info->ipi6_ifindex = 0;
  return CMSG_SPACE(sizeof *info);
}

// One who asks a multicast or broadcast address gets no reply: none can be sent from there, and CoreDNS sends none.
void route_keep_source(Route *route, struct msghdr *message) {
  struct cmsghdr *control = CMSG_FIRSTHDR(message);
  route->control_length = 0;
  if (control == NULL) return;
  if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO)
    route->control_length = keep_v4(control);
  else if (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_PKTINFO)
    route->control_length = keep_v6(control);
}

void route_address(const Route *route, struct msghdr *message) {
  message->msg_name = (void *)&route->peer;
  message->msg_namelen =
      route->peer.any.sa_family == AF_INET6 ? sizeof route->peer.v6 : sizeof route->peer.v4;
  message->msg_control = route->control_length == 0 ? NULL : (void *)route->control;
  message->msg_controllen = route->control_length;
}
