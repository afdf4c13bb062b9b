// What a listener does when its socket can be read or written.
#include "listener.h"

#include <errno.h>
#include <stdlib.h>

#include "socket.h"

// Batches before the loop's other handles get their turn: about a millisecond under full load.
enum { MAX_ROUNDS = 4 };

struct Listener {
  Watcher watcher;
  // Counts of before the closing.
  ListenerCounts last;
  Backlog backlog;
  Batch batch;
};

// While replies wait, no queries are read: a client that asks faster than the network takes answers meets a full receive
// buffer, as it would with any server.
static void wait_for_events(Listener *listener) {
  watcher_wait(&listener->watcher, backlog_is_empty(&listener->backlog) ? UV_READABLE : UV_WRITABLE);
}

// Returns whether another batch may be waiting.
static bool serve_batch(Listener *listener) {
  int count = batch_receive(&listener->batch, listener->watcher.fd);
  // Errors tell of an earlier reply's fate (ICMP) and are over with this call.
  if (count <= 0) return false;
  watcher_call(&listener->watcher, count);
  if (listener->watcher.is_closed) return false;
  listener_flush(listener);
  return count == BATCH_SLOTS && backlog_is_empty(&listener->backlog);
}

static void on_ready(Watcher *watcher, int events) {
  Listener *listener = (Listener *)watcher;
  if (events == 0) {
    // The descriptor is good again once the error is read.
    socket_clear_error(watcher->fd);
    wait_for_events(listener);
    return;
  }
  if ((events & UV_WRITABLE) != 0) {
    backlog_send(&listener->backlog, watcher->fd, &listener->batch.failed_sends);
    wait_for_events(listener);
  }
  if ((events & UV_READABLE) == 0) return;
  for (int round = 0; round < MAX_ROUNDS; round++)
    if (!serve_batch(listener)) break;
}

static void on_closing(Watcher *watcher) {
  Listener *listener = (Listener *)watcher;
  listener_count(listener, &listener->last);
  backlog_free(&listener->backlog);
}

const WatcherHooks LISTENER_HOOKS = {.ready = on_ready, .closing = on_closing};

int listener_open(napi_env env, const char *host, int port, BatchMemory *memory,
                  napi_value on_batch, Watcher **opened) {
  bool is_wildcard = false;
  int fd = socket_open(host, port, &is_wildcard);
  if (fd < 0) return fd;
  Listener *listener = calloc(1, sizeof *listener);
  if (listener == NULL) return socket_abandon(fd, -ENOMEM);
  batch_init(&listener->batch, memory, is_wildcard);
  *opened = &listener->watcher;
  return watcher_open(&listener->watcher, &LISTENER_HOOKS, fd, env, on_batch);
}

int listener_port(const Listener *listener) {
  int port = listener->watcher.is_closed ? 0 : socket_port(listener->watcher.fd);
  return port < 0 ? 0 : port;
}

void listener_flush(Listener *listener) {
  if (listener->watcher.is_closed) return;
  bool was_waiting = !backlog_is_empty(&listener->backlog);
  batch_send(&listener->batch, listener->watcher.fd, &listener->backlog);
  if (!was_waiting && !backlog_is_empty(&listener->backlog)) wait_for_events(listener);
}

void listener_count(const Listener *listener, ListenerCounts *counts) {
  *counts = listener->last;
  if (listener->watcher.is_closed) return;
  counts->kernel_drops = socket_drops(listener->watcher.fd);
  counts->failed_sends = listener->batch.failed_sends;
  counts->dropped_replies = listener->backlog.dropped;
  counts->receive_buffer_octets = socket_receive_buffer(listener->watcher.fd);
}

void listener_close(Listener *listener) {
  listener_flush(listener);
  watcher_close(&listener->watcher);
}
