// recvmmsg and sendmmsg on a connected socket (recvmmsg(2), sendmmsg(2), udp(7)).
#include "link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "backlog.h"
#include "socket.h"

// Batches before the loop's other handles get their turn.
enum { MAX_ROUNDS = 4 };

struct Link {
  Watcher watcher;
  LinkMemory *memory;
  Backlog backlog;
  // Queries that waited and were refused then: they end by their time limit.
  uint64_t failed_sends;
};

static void wait_for_events(Link *link) {
  bool is_waiting = !backlog_is_empty(&link->backlog);
  watcher_wait(&link->watcher, is_waiting ? UV_READABLE | UV_WRITABLE : UV_READABLE);
}

// Receives what is there; returns its number, 0 when there is nothing, or a negative errno.
static int receive(LinkMemory *memory, int fd) {
  struct mmsghdr messages[LINK_SLOTS];
  struct iovec parts[LINK_SLOTS];
  memset(messages, 0, sizeof messages);
  for (int slot = 0; slot < LINK_SLOTS; slot++) {
    parts[slot] = (struct iovec){memory->packets[slot], LINK_PACKET_OCTETS};
    messages[slot].msg_hdr.msg_iov = &parts[slot];
    messages[slot].msg_hdr.msg_iovlen = 1;
  }
  int count;
  do {
    count = recvmmsg(fd, messages, LINK_SLOTS, MSG_DONTWAIT, NULL);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return errno == EAGAIN ? 0 : -errno;
  for (int slot = 0; slot < count; slot++) memory->lengths[slot] = (int32_t)messages[slot].msg_len;
  return count;
}

static void take_replies(Link *link) {
  for (int round = 0; round < MAX_ROUNDS; round++) {
    int count = receive(link->memory, link->watcher.fd);
    if (count == 0) return;
    watcher_call(&link->watcher, count);
    if (link->watcher.is_closed || count < LINK_SLOTS) return;
  }
}

static void on_ready(Watcher *watcher, int events) {
  Link *link = (Link *)watcher;
  if ((events & UV_WRITABLE) != 0) {
    backlog_send(&link->backlog, watcher->fd, &link->failed_sends);
    wait_for_events(link);
  }
  // Receiving reads the error of a descriptor that has one.
  if ((events & UV_READABLE) != 0 || events == 0) take_replies(link);
  if (events == 0 && !watcher->is_closed) {
    socket_clear_error(watcher->fd);
    wait_for_events(link);
  }
}

static void on_closing(Watcher *watcher) { backlog_free(&((Link *)watcher)->backlog); }

const WatcherHooks LINK_HOOKS = {.ready = on_ready, .closing = on_closing};

int link_open(napi_env env, const LinkEnds *ends, LinkMemory *memory, napi_value on_batch, Watcher **opened) {
  int fd = socket_connect(ends->host, ends->port, ends->source, ends->source_port);
  if (fd < 0) return fd;
  Link *link = calloc(1, sizeof *link);
  if (link == NULL) return socket_abandon(fd, -ENOMEM);
  link->memory = memory;
  *opened = &link->watcher;
  return watcher_open(&link->watcher, &LINK_HOOKS, fd, env, on_batch);
}

// Points a message at a query. JavaScript's numbers are checked: a wrong one must not read foreign memory.
static bool prepare(LinkMemory *memory, const LinkQuery *query, struct mmsghdr *message, struct iovec *part) {
  bool is_sound = query->offset >= 0 && query->length >= 0 && query->length <= LINK_OUTPUT_OCTETS &&
                  query->offset <= LINK_OUTPUT_OCTETS - query->length;
  if (!is_sound) return false;
  *part = (struct iovec){memory->output + query->offset, (size_t)query->length};
  memset(message, 0, sizeof *message);
  message->msg_hdr.msg_iov = part;
  message->msg_hdr.msg_iovlen = 1;
  return true;
}

static int prepare_all(LinkMemory *memory, struct mmsghdr *messages, struct iovec *parts) {
  int count = memory->query_count;
  if (count < 0 || count > LINK_QUERIES) count = 0;
  memory->query_count = 0;
  for (int at = 0; at < count; at++) {
    memory->queries[at].failure = 0;
    if (!prepare(memory, &memory->queries[at], &messages[at], &parts[at])) return 0;
  }
  return count;
}

static void keep(Link *link, const struct iovec *part) {
  static const Route NOWHERE;
  backlog_add(&link->backlog, &NOWHERE, (Octets){part->iov_base, part->iov_len});
}

int link_send(Link *link) {
  if (link->watcher.is_closed) return 0;
  struct mmsghdr messages[LINK_QUERIES];
  struct iovec parts[LINK_QUERIES];
  int count = prepare_all(link->memory, messages, parts);
  int sent = 0, failures = 0;
  bool was_full = !backlog_is_empty(&link->backlog);
  bool is_full = was_full;
  while (sent < count && !is_full) {
    // Stops before the first message that fails; the next call then reports why.
    int now = sendmmsg(link->watcher.fd, messages + sent, (unsigned)(count - sent), MSG_DONTWAIT);
    if (now > 0) sent += now;
    else if (now == 0 || is_send_full(errno)) is_full = true;
    else if (errno != EINTR) {
      link->memory->queries[sent++].failure = errno;
      failures++;
    }
  }
  for (; sent < count; sent++) keep(link, &parts[sent]);
  if (!was_full && is_full) wait_for_events(link);
  return failures;
}
