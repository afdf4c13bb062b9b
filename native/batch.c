// recvmmsg and sendmmsg over the shared slots (recvmmsg(2), sendmmsg(2)).
#include "batch.h"

#include <errno.h>
#include <string.h>

void batch_init(Batch *batch, BatchMemory *memory, bool is_wildcard) {
  memset(batch, 0, sizeof *batch);
  batch->memory = memory;
  batch->is_wildcard = is_wildcard;
  batch->used = BATCH_SLOTS;
  for (int slot = 0; slot < BATCH_SLOTS; slot++) {
    batch->in_parts[slot].iov_base = memory->packets[slot];
    batch->in_parts[slot].iov_len = PACKET_OCTETS;
    struct msghdr *in = &batch->in[slot].msg_hdr;
    in->msg_iov = &batch->in_parts[slot];
    in->msg_iovlen = 1;
    in->msg_name = &memory->routes[slot].peer;
    in->msg_control = is_wildcard ? memory->routes[slot].control : NULL;
    batch->out[slot].msg_hdr.msg_iov = &batch->out_parts[slot];
    batch->out[slot].msg_hdr.msg_iovlen = 1;
  }
}

// The kernel writes into these fields; each use starts from the sizes of the memory.
static void reset_slot(Batch *batch, int slot) {
  struct msghdr *in = &batch->in[slot].msg_hdr;
  in->msg_namelen = sizeof batch->memory->routes[slot].peer;
  in->msg_controllen = batch->is_wildcard ? ROUTE_CONTROL_OCTETS : 0;
}

static void note_slot(Batch *batch, int slot) {
  struct mmsghdr *in = &batch->in[slot];
  bool is_truncated = (in->msg_hdr.msg_flags & MSG_TRUNC) != 0;
  batch->memory->lengths[slot] = (int32_t)in->msg_len | (is_truncated ? TRUNCATED_BIT : 0);
  if (batch->is_wildcard) route_keep_source(&batch->memory->routes[slot], &in->msg_hdr);
}

int batch_receive(Batch *batch, int fd) {
  for (int slot = 0; slot < batch->used; slot++) reset_slot(batch, slot);
  batch->used = 0;
  int count;
  do {
    count = recvmmsg(fd, batch->in, BATCH_SLOTS, MSG_DONTWAIT, NULL);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return errno == EAGAIN ? 0 : -errno;
  batch->used = count;
  for (int slot = 0; slot < count; slot++) note_slot(batch, slot);
  return count;
}

// Points an outgoing message at a reply. JavaScript's numbers are checked: a wrong one must not read foreign memory.
static bool prepare(Batch *batch, const Reply *reply, int at) {
  BatchMemory *memory = batch->memory;
  bool is_sound = reply->slot >= 0 && reply->slot < ROUTES && reply->offset >= 0 &&
                  reply->length >= 0 && reply->length <= MAX_REPLY_OCTETS &&
                  reply->offset <= OUTPUT_OCTETS - reply->length;
  if (!is_sound) return false;
  batch->out_parts[at].iov_base = memory->output + reply->offset;
  batch->out_parts[at].iov_len = (size_t)reply->length;
  route_address(&memory->routes[reply->slot], &batch->out[at].msg_hdr);
  return true;
}

static int prepare_all(Batch *batch) {
  int count = batch->memory->reply_count;
  if (count > BATCH_SLOTS) count = BATCH_SLOTS;
  int prepared = 0;
  for (int at = 0; at < count; at++)
    if (prepare(batch, &batch->memory->replies[at], prepared)) prepared++;
  batch->memory->reply_count = 0;
  return prepared;
}

static void keep(const struct msghdr *message, Backlog *backlog) {
  // The name is the first field of its route.
  const Route *route = (const Route *)message->msg_name;
  Octets reply = {message->msg_iov->iov_base, message->msg_iov->iov_len};
  backlog_add(backlog, route, reply);
}

void batch_send(Batch *batch, int fd, Backlog *backlog) {
  int count = prepare_all(batch);
  int sent = 0;
  // Order is kept: nothing overtakes what waits.
  bool is_full = !backlog_is_empty(backlog);
  while (sent < count && !is_full) {
    // Stops before the first message that fails; the next call then reports why.
    int now = sendmmsg(fd, batch->out + sent, (unsigned)(count - sent), MSG_DONTWAIT);
    if (now > 0) sent += now;
    else if (now == 0 || is_send_full(errno)) is_full = true;
    else if (errno != EINTR) {
      // One client's trouble: the others get their replies.
      batch->failed_sends++;
      sent++;
    }
  }
  for (; sent < count; sent++) keep(&batch->out[sent].msg_hdr, backlog);
}
