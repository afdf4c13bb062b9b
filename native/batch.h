// A batch of datagrams in, a batch of replies out, in memory shared with JavaScript. Made once a socket; nothing is
// allocated a datagram. Plain system calls, no Node-API.
#ifndef NODENS_BATCH_H
#define NODENS_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "backlog.h"
#include "route.h"

enum {
  // Datagrams a batch: 64, 128 and 256 measured the same.
  BATCH_SLOTS = 64,
  // Of the datagrams at hand, then of late replies.
  ROUTES = 2 * BATCH_SLOTS,
  // CoreDNS reads the first 512 octets of a query and cuts off the rest (miekg/dns MinMsgSize).
  PACKET_OCTETS = 512,
  MAX_REPLY_OCTETS = 65535,
  // Set in a length when the datagram was longer than its slot.
  TRUNCATED_BIT = 1 << 16,
};

// Replies lie one behind the other, so that small ones share pages and large ones fit as well. JavaScript flushes when
// less than the largest reply is left.
enum { OUTPUT_OCTETS = (1 << 16) + MAX_REPLY_OCTETS + 1 };

// A reply: the slot whose client gets it, and where its octets are in `output`. A late reply has no slot any more: JavaScript
// puts a copy of its route behind those of the slots, at the reply's own place in the list.
typedef struct Reply {
  int32_t slot;
  int32_t offset;
  int32_t length;
} Reply;

// JavaScript allocates this as one ArrayBuffer and finds the parts by the offsets that the addon exports.
typedef struct BatchMemory {
  Route routes[ROUTES];
  int32_t lengths[BATCH_SLOTS];
  int32_t reply_count;
  Reply replies[BATCH_SLOTS];
  _Alignas(64) unsigned char packets[BATCH_SLOTS][PACKET_OCTETS];
  unsigned char output[OUTPUT_OCTETS];
} BatchMemory;

typedef struct Batch {
  BatchMemory *memory;
  bool is_wildcard;
  // Slots that the kernel wrote to since they were made ready.
  int used;
  struct iovec in_parts[BATCH_SLOTS];
  struct mmsghdr in[BATCH_SLOTS];
  struct iovec out_parts[BATCH_SLOTS];
  struct mmsghdr out[BATCH_SLOTS];
  // Replies that could not be sent, for other reasons than a full buffer: the client's host is unreachable, a firewall
  // forbids it.
  uint64_t failed_sends;
} Batch;

void batch_init(Batch *batch, BatchMemory *memory, bool is_wildcard);

// Receives what is there, up to a batch; returns its size, 0 when there is nothing, or a negative errno.
int batch_receive(Batch *batch, int fd);

// Sends the replies and empties the list. What the kernel does not take now goes to `backlog`.
void batch_send(Batch *batch, int fd, Backlog *backlog);

#endif
