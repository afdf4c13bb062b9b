// Opens, describes and probes sockets (socket(7), ip(7), ipv6(7)).
#include "socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

// linux/sock_diag.h counts these; glibc's headers name neither.
#ifndef SO_MEMINFO
#define SO_MEMINFO 55
#endif
enum { MEMINFO_WORDS = 9, MEMINFO_DROPS = 8 };

// Room for bursts; the kernel caps it at net.core.rmem_max and wmem_max.
enum { BUFFER_OCTETS = 1 << 20 };

typedef union Address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
} Address;

static int set_option(int fd, int level, int option, int value) {
  return setsockopt(fd, level, option, &value, sizeof value) == 0 ? 0 : -errno;
}

static int parse_address(const char *host, int port, Address *address) {
  if (uv_ip4_addr(host, port, &address->v4) == 0) return 0;
  return uv_ip6_addr(host, port, &address->v6);
}

static socklen_t size_of(const Address *address) {
  return address->any.sa_family == AF_INET6 ? sizeof address->v6 : sizeof address->v4;
}

static bool is_unspecified(const Address *address) {
  if (address->any.sa_family == AF_INET6) return IN6_IS_ADDR_UNSPECIFIED(&address->v6.sin6_addr);
  return address->v4.sin_addr.s_addr == htonl(INADDR_ANY);
}

// A socket on one address always answers from it; only a wildcard socket has to be told.
static int ask_for_destinations(int fd, int family) {
  if (family == AF_INET6) return set_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
  return set_option(fd, IPPROTO_IP, IP_PKTINFO, 1);
}

static int configure(int fd, const Address *address, bool is_wildcard) {
  int family = address->any.sa_family;
  int failure = set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
  // Without it, `::` would or would not take IPv4 by a system-wide setting.
  if (failure == 0 && family == AF_INET6) failure = set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (failure == 0 && is_wildcard) failure = ask_for_destinations(fd, family);
  // Smaller buffers serve too.
  (void)set_option(fd, SOL_SOCKET, SO_RCVBUF, BUFFER_OCTETS);
  (void)set_option(fd, SOL_SOCKET, SO_SNDBUF, BUFFER_OCTETS);
  return failure;
}

int socket_open(const char *host, int port, bool *is_wildcard) {
  Address address = {0};
  int failure = parse_address(host, port, &address);
  if (failure != 0) return failure;
  int family = address.any.sa_family;
  *is_wildcard = is_unspecified(&address);
  int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  failure = configure(fd, &address, *is_wildcard);
  if (failure == 0 && bind(fd, &address.any, size_of(&address)) != 0) failure = -errno;
  return failure == 0 ? fd : socket_abandon(fd, failure);
}

int socket_abandon(int fd, int failure) {
  close(fd);
  return failure;
}

// Family and port stand at the same place in both kinds of address; the rest of an unspecified one is 0.
static int parse_source(const char *source, int port, int family, Address *address) {
  if (*source != '\0') return parse_address(source, port, address);
  address->v4.sin_family = (sa_family_t)family;
  address->v4.sin_port = htons((uint16_t)port);
  return 0;
}

int socket_connect(const char *host, int port, const char *source, int source_port) {
  Address peer = {0}, own = {0};
  int failure = parse_address(host, port, &peer);
  if (failure == 0) failure = parse_source(source, source_port, peer.any.sa_family, &own);
  if (failure != 0) return failure;
  int fd = socket(peer.any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  // Smaller buffers serve too.
  (void)set_option(fd, SOL_SOCKET, SO_RCVBUF, BUFFER_OCTETS);
  bool is_connected = bind(fd, &own.any, size_of(&own)) == 0 && connect(fd, &peer.any, size_of(&peer)) == 0;
  return is_connected ? fd : socket_abandon(fd, -errno);
}

void socket_clear_error(int fd) {
  int error;
  socklen_t size = sizeof error;
  (void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
}

int socket_address(int fd, char text[ADDRESS_TEXT_OCTETS]) {
  Address address;
  socklen_t size = sizeof address;
  if (getsockname(fd, &address.any, &size) != 0) return -errno;
  return uv_ip_name(&address.any, text, ADDRESS_TEXT_OCTETS);
}

int socket_port(int fd) {
  Address address;
  socklen_t size = sizeof address;
  if (getsockname(fd, &address.any, &size) != 0) return -errno;
  // The port stands at the same place in both kinds of address.
  return ntohs(address.v4.sin_port);
}

int64_t socket_drops(int fd) {
  uint32_t words[MEMINFO_WORDS] = {0};
  socklen_t size = sizeof words;
  // Unlike SO_RXQ_OVFL this costs nothing a datagram, and needs no further datagram to tell.
  if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, words, &size) != 0 || size < sizeof words) return -1;
  return words[MEMINFO_DROPS];
}

int socket_receive_buffer(int fd) {
  int octets = 0;
  socklen_t size = sizeof octets;
  return getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &octets, &size) == 0 ? octets : -errno;
}

static int open_any(void) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0 && errno == EAFNOSUPPORT)
    fd = socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  return fd;
}

int socket_probe(void) {
  int fd = open_any();
  if (fd < 0) return -errno;
  unsigned char octet;
  struct iovec part = {.iov_base = &octet, .iov_len = 1};
  struct mmsghdr message = {.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}};
  int failure = 0;
  // An unbound socket has nothing to receive: EAGAIN says that the call is there.
  if (recvmmsg(fd, &message, 1, MSG_DONTWAIT, NULL) < 0 && errno != EAGAIN) failure = -errno;
  if (failure == 0 && sendmmsg(fd, &message, 0, MSG_DONTWAIT) < 0) failure = -errno;
  close(fd);
  return failure;
}
