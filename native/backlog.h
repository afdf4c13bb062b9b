// Datagrams that wait until the socket is writable again: copies, in order, bounded. Empty but for rare moments.
#ifndef NODENS_BACKLOG_H
#define NODENS_BACKLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "route.h"

// Octets somewhere.
typedef struct Octets {
  const unsigned char *start;
  size_t length;
} Octets;

typedef struct Waiting Waiting;

typedef struct Backlog {
  Waiting *first;
  Waiting *last;
  size_t octets;
  // Replies that did not fit any more.
  uint64_t dropped;
} Backlog;

bool backlog_is_empty(const Backlog *backlog);

// Appends a copy, or counts a drop. A route without an address is for a connected socket.
void backlog_add(Backlog *backlog, const Route *route, Octets reply);

// Sends from the front until all is sent or the kernel takes no more; counts refusals in `failed_sends`.
void backlog_send(Backlog *backlog, int fd, uint64_t *failed_sends);

// Throws away what is left.
void backlog_free(Backlog *backlog);

// Whether a failed send is worth repeating later.
bool is_send_full(int error);

#endif
