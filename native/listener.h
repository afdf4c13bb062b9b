// A UDP socket that takes queries: calls JavaScript once a batch of datagrams, sends what it answered.
#ifndef NODENS_LISTENER_H
#define NODENS_LISTENER_H

#include <stdint.h>

#include "batch.h"
#include "watcher.h"

typedef struct Listener Listener;

typedef struct ListenerCounts {
  // -1 when the kernel does not say.
  int64_t kernel_drops;
  uint64_t failed_sends;
  uint64_t dropped_replies;
  int receive_buffer_octets;
} ListenerCounts;

// The watchers that are listeners.
extern const WatcherHooks LISTENER_HOOKS;

// Opens a socket and starts to listen. `on_batch` is called with the number of datagrams. Returns 0 or a negative errno.
// `memory` must stay where it is until the listener is closed.
int listener_open(napi_env env, const char *host, int port, BatchMemory *memory,
                  napi_value on_batch, Watcher **opened);

// The bound port, 0 when closed.
int listener_port(const Listener *listener);

// Sends the replies that are listed in the memory.
void listener_flush(Listener *listener);

void listener_count(const Listener *listener, ListenerCounts *counts);

// Sends what was answered, then closes. May be called again, and from within `on_batch`.
void listener_close(Listener *listener);

#endif
