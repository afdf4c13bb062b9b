// The list of replies that wait. While it is not empty, the socket reads no queries, so it grows by one batch and by
// late answers only.
#include "backlog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

// A network that takes nothing for so long will not want them all: clients have asked again by then.
enum { MAX_BACKLOG_OCTETS = 4 << 20 };

struct Waiting {
  Waiting *next;
  Route route;
  size_t length;
  unsigned char octets[];
};

// ENOBUFS is no such case: the socket stays writable with it, and waiting would spin.
bool is_send_full(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

bool backlog_is_empty(const Backlog *backlog) { return backlog->first == NULL; }

void backlog_add(Backlog *backlog, const Route *route, Octets reply) {
  Waiting *waiting = NULL;
  if (backlog->octets + reply.length <= MAX_BACKLOG_OCTETS)
    waiting = malloc(sizeof *waiting + reply.length);
  if (waiting == NULL) {
    backlog->dropped++;
    return;
  }
  waiting->next = NULL;
  waiting->route = *route;
  waiting->length = reply.length;
  memcpy(waiting->octets, reply.start, reply.length);
  if (backlog->last == NULL) backlog->first = waiting;
  else backlog->last->next = waiting;
  backlog->last = waiting;
  backlog->octets += reply.length;
}

static void remove_first(Backlog *backlog) {
  Waiting *first = backlog->first;
  backlog->first = first->next;
  if (backlog->first == NULL) backlog->last = NULL;
  backlog->octets -= first->length;
  free(first);
}

void backlog_send(Backlog *backlog, int fd, uint64_t *failed_sends) {
  while (backlog->first != NULL) {
    Waiting *first = backlog->first;
    struct iovec part = {.iov_base = first->octets, .iov_len = first->length};
    struct mmsghdr message = {.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}};
    if (first->route.peer.any.sa_family != AF_UNSPEC) route_address(&first->route, &message.msg_hdr);
    if (sendmmsg(fd, &message, 1, MSG_DONTWAIT) < 0) {
      if (errno == EINTR) continue;
      if (is_send_full(errno)) return;
      ++*failed_sends;
    }
    remove_first(backlog);
  }
}

void backlog_free(Backlog *backlog) {
  while (backlog->first != NULL) remove_first(backlog);
}
