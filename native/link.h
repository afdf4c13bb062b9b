// A UDP socket that is connected to a server: sends queries in batches, calls JavaScript once a batch of replies. Many links
// of a thread share one memory: a batch is through before the next one begins.
#ifndef NODENS_LINK_H
#define NODENS_LINK_H

#include <stdint.h>

#include "watcher.h"

enum {
  // Replies a batch.
  LINK_SLOTS = 32,
  // As long as a UDP datagram can be; of memory that is never written to the kernel gives none. A cache line more, so that the
  // beginnings of all packets do not compete for the same few lines of the cache.
  LINK_PACKET_OCTETS = (1 << 16) + 64,
  LINK_QUERIES = 64,
  LINK_OUTPUT_OCTETS = 1 << 17,
};

// A query: where its octets are in `output`, and what came of it: 0, or the errno that it could not be sent for.
typedef struct LinkQuery {
  int32_t offset;
  int32_t length;
  int32_t failure;
} LinkQuery;

// JavaScript allocates this as one ArrayBuffer and finds the parts by the offsets that the addon exports.
typedef struct LinkMemory {
  int32_t lengths[LINK_SLOTS];
  int32_t query_count;
  LinkQuery queries[LINK_QUERIES];
  unsigned char output[LINK_OUTPUT_OCTETS];
  unsigned char packets[LINK_SLOTS][LINK_PACKET_OCTETS];
} LinkMemory;

typedef struct Link Link;

// The watchers that are links.
extern const WatcherHooks LINK_HOOKS;

// Where a link goes, and where it comes from: the kernel chooses for an empty `source` and a `source_port` of 0.
typedef struct LinkEnds {
  const char *host;
  int port;
  const char *source;
  int source_port;
} LinkEnds;

// Opens and connects a socket. `on_batch` is called with the number of replies, or with a negative errno: what the kernel has
// heard of earlier queries (ICMP). Returns 0 or a negative errno. `memory` must stay where it is until the link is closed.
int link_open(napi_env env, const LinkEnds *ends, LinkMemory *memory, napi_value on_batch, Watcher **opened);

// Sends the queries that are listed in the memory; returns how many have failed. What the kernel takes later is sent later.
int link_send(Link *link);

#endif
