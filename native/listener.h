// A UDP socket on the event loop of one JavaScript environment: waits for datagrams, calls JavaScript once a batch, sends
// what it answered. Lives from listener_open until the environment or JavaScript closes it.
#ifndef NODENS_LISTENER_H
#define NODENS_LISTENER_H

#define NAPI_VERSION 8
#include <node_api.h>
#include <stdint.h>

#include "batch.h"

typedef struct Listener Listener;

typedef struct ListenerCounts {
  // -1 when the kernel does not say.
  int64_t kernel_drops;
  uint64_t failed_sends;
  uint64_t dropped_replies;
  int receive_buffer_octets;
} ListenerCounts;

// Opens a socket and starts to listen. `on_batch` is called with the number of datagrams. Returns 0 or a negative errno.
// `memory` must stay where it is until the listener is closed.
int listener_open(napi_env env, const char *host, int port, BatchMemory *memory,
                  napi_value on_batch, Listener **opened);

// The bound port, 0 when closed.
int listener_port(const Listener *listener);

// Sends the replies that are listed in the memory.
void listener_flush(Listener *listener);

// Sends one reply to a client of an earlier batch.
void listener_send(Listener *listener, const Route *route, Octets reply);

void listener_count(const Listener *listener, ListenerCounts *counts);

// Sends what was answered, then closes. May be called again, and from within `on_batch`.
void listener_close(Listener *listener);

// JavaScript has let go of the listener: closes it, and frees it as soon as the event loop has let go too.
void listener_release(Listener *listener);

#endif
