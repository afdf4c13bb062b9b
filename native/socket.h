// UDP sockets as this server wants them. Plain system calls; errors are negative errno values, which are libuv's codes
// on Linux as well.
#ifndef NODENS_SOCKET_H
#define NODENS_SOCKET_H

#include <stdbool.h>
#include <stdint.h>

// Opens a non-blocking socket on a numeric address (IPv6 with %zone where needed); `::` takes IPv4 too. Returns the
// descriptor or a negative errno. `is_wildcard` tells whether datagrams say which address they came to.
int socket_open(const char *host, int port, bool *is_wildcard);

// Opens a non-blocking socket that is bound to a source (`` and 0 leave it to the kernel) and connected to a numeric address.
// Returns the descriptor or a negative errno.
int socket_connect(const char *host, int port, const char *source, int source_port);

// Closes a descriptor that cannot be used; returns `failure`.
int socket_abandon(int fd, int failure);

// Takes the error off a descriptor.
void socket_clear_error(int fd);

// The bound port, or a negative errno.
int socket_port(int fd);

// Octets of the longest numeric address with its zone and a final 0.
enum { ADDRESS_TEXT_OCTETS = 64 };

// Writes the bound address without its port into `text`; returns 0 or a negative errno.
int socket_address(int fd, char text[ADDRESS_TEXT_OCTETS]);

// Datagrams that the kernel threw away because the receive buffer was full, since the socket was opened (32 bits, wraps
// around); -1 when the kernel does not say.
int64_t socket_drops(int fd);

// Size of the receive buffer as the kernel counts it (twice what was asked for), or a negative errno.
int socket_receive_buffer(int fd);

// Tries the system calls that the batch path needs on a socket of its own: 0, or the negative errno of the first that
// is missing or forbidden.
int socket_probe(void);

#endif
