// The life of a listener on libuv's loop, and its calls into JavaScript.
#include "listener.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include "socket.h"

// Batches before the loop's other handles get their turn: about a millisecond under full load.
enum { MAX_ROUNDS = 4 };

struct Listener {
  uv_poll_t poll;
  int fd;
  bool is_closed;
  // The event loop and JavaScript each hold one.
  int holders;
  napi_env env;
  napi_ref on_batch;
  napi_async_context context;
  napi_async_cleanup_hook_handle cleanup;
  // Counts of before the closing.
  ListenerCounts last;
  Backlog backlog;
  Batch batch;
};

static void drop_holder(Listener *listener) {
  if (--listener->holders == 0) free(listener);
}

static void on_ready(uv_poll_t *poll, int status, int events);

// While replies wait, no queries are read: a client that asks faster than the network takes answers meets a full receive
// buffer, as it would with any server.
static void wait_for_events(Listener *listener) {
  int events = backlog_is_empty(&listener->backlog) ? UV_READABLE : UV_WRITABLE;
  uv_poll_start(&listener->poll, events, on_ready);
}

// An exception that left the callback, or that unrelated code threw while microtasks and ticks ran after it: it is the
// process's business (uncaughtException), as if an event listener had thrown. The socket goes on.
static void pass_on_exception(napi_env env) {
  napi_value exception;
  bool is_pending = false;
  napi_is_exception_pending(env, &is_pending);
  if (!is_pending) return;
  if (napi_get_and_clear_last_exception(env, &exception) != napi_ok) return;
  napi_fatal_exception(env, exception);
}

// Through napi_make_callback, because microtasks and ticks have to run before the replies are sent: promises that are
// settled by then still answer within the batch.
static void call_javascript(Listener *listener, int count) {
  napi_env env = listener->env;
  napi_value on_batch, receiver, argument, result;
  bool is_callable = napi_get_reference_value(env, listener->on_batch, &on_batch) == napi_ok &&
                     napi_get_global(env, &receiver) == napi_ok &&
                     napi_create_int32(env, count, &argument) == napi_ok;
  if (!is_callable) return;
  napi_status status =
      napi_make_callback(env, listener->context, receiver, on_batch, 1, &argument, &result);
  if (status != napi_ok) pass_on_exception(env);
}

// Returns whether another batch may be waiting.
static bool serve_batch(Listener *listener) {
  int count = batch_receive(&listener->batch, listener->fd);
  // Errors tell of an earlier reply's fate (ICMP) and are over with this call.
  if (count <= 0) return false;
  call_javascript(listener, count);
  if (listener->is_closed) return false;
  listener_flush(listener);
  return count == BATCH_SLOTS && backlog_is_empty(&listener->backlog);
}

static void serve(Listener *listener) {
  napi_handle_scope scope;
  if (napi_open_handle_scope(listener->env, &scope) != napi_ok) return;
  for (int round = 0; round < MAX_ROUNDS; round++)
    if (!serve_batch(listener)) break;
  napi_close_handle_scope(listener->env, scope);
}

static void clear_socket_error(int fd) {
  int error;
  socklen_t size = sizeof error;
  (void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
}

static void on_ready(uv_poll_t *poll, int status, int events) {
  Listener *listener = poll->data;
  if (status < 0) {
    // libuv stops to poll a descriptor that has an error; ours is good again once the error is read.
    clear_socket_error(listener->fd);
    wait_for_events(listener);
    return;
  }
  if ((events & UV_WRITABLE) != 0) {
    backlog_send(&listener->backlog, listener->fd, &listener->batch.failed_sends);
    wait_for_events(listener);
  }
  if ((events & UV_READABLE) != 0) serve(listener);
}

static void on_closed(uv_handle_t *handle) {
  Listener *listener = handle->data;
  napi_remove_async_cleanup_hook(listener->cleanup);
  drop_holder(listener);
}

// Lets go of the descriptor at once (libuv allows it after uv_poll_stop) and of the loop in its next turn.
static void begin_close(Listener *listener) {
  if (listener->is_closed) return;
  listener_count(listener, &listener->last);
  listener->is_closed = true;
  uv_poll_stop(&listener->poll);
  close(listener->fd);
  backlog_free(&listener->backlog);
  napi_delete_reference(listener->env, listener->on_batch);
  napi_async_destroy(listener->env, listener->context);
  uv_close((uv_handle_t *)&listener->poll, on_closed);
}

// The environment ends: worker.terminate() or the end of the process. Node waits for the removal of the hook, and aborts
// if a handle were still open after that.
static void on_environment_end(napi_async_cleanup_hook_handle cleanup, void *data) {
  (void)cleanup;
  begin_close(data);
}

// What JavaScript's side of the listener needs; its failures are those of an environment that is ending.
static int attach(Listener *listener, napi_value on_batch) {
  napi_env env = listener->env;
  napi_value name;
  bool is_attached =
      napi_create_string_utf8(env, "NODENS_UDP", NAPI_AUTO_LENGTH, &name) == napi_ok &&
      napi_create_reference(env, on_batch, 1, &listener->on_batch) == napi_ok &&
      napi_async_init(env, NULL, name, &listener->context) == napi_ok &&
      napi_add_async_cleanup_hook(env, on_environment_end, listener, &listener->cleanup) == napi_ok;
  return is_attached ? 0 : -ECANCELED;
}

static int start(Listener *listener) {
  uv_loop_t *loop;
  if (napi_get_uv_event_loop(listener->env, &loop) != napi_ok) return -ECANCELED;
  listener->poll.data = listener;
  return uv_poll_init(loop, &listener->poll, listener->fd);
}

// Neither the loop nor the environment knows the listener yet.
static int abandon(Listener *listener, int failure) {
  if (listener->fd >= 0) close(listener->fd);
  free(listener);
  return failure;
}

int listener_open(napi_env env, const char *host, int port, BatchMemory *memory,
                  napi_value on_batch, Listener **opened) {
  Listener *listener = calloc(1, sizeof *listener);
  if (listener == NULL) return -ENOMEM;
  bool is_wildcard = false;
  listener->env = env;
  listener->fd = socket_open(host, port, &is_wildcard);
  if (listener->fd < 0) return abandon(listener, listener->fd);
  batch_init(&listener->batch, memory, is_wildcard);
  int failure = start(listener);
  if (failure != 0) return abandon(listener, failure);
  listener->holders = 1;
  failure = attach(listener, on_batch);
  if (failure != 0) {
    begin_close(listener);
    return failure;
  }
  wait_for_events(listener);
  listener->holders = 2;
  *opened = listener;
  return 0;
}

int listener_port(const Listener *listener) {
  int port = listener->is_closed ? 0 : socket_port(listener->fd);
  return port < 0 ? 0 : port;
}

void listener_flush(Listener *listener) {
  if (listener->is_closed) return;
  bool was_waiting = !backlog_is_empty(&listener->backlog);
  batch_send(&listener->batch, listener->fd, &listener->backlog);
  if (!was_waiting && !backlog_is_empty(&listener->backlog)) wait_for_events(listener);
}

void listener_send(Listener *listener, const Route *route, Octets reply) {
  if (listener->is_closed) return;
  bool was_waiting = !backlog_is_empty(&listener->backlog);
  batch_send_late(&listener->batch, listener->fd, &listener->backlog, route, reply);
  if (was_waiting != !backlog_is_empty(&listener->backlog)) wait_for_events(listener);
}

void listener_count(const Listener *listener, ListenerCounts *counts) {
  *counts = listener->last;
  if (listener->is_closed) return;
  counts->kernel_drops = socket_drops(listener->fd);
  counts->failed_sends = listener->batch.failed_sends;
  counts->dropped_replies = listener->backlog.dropped;
  counts->receive_buffer_octets = socket_receive_buffer(listener->fd);
}

void listener_close(Listener *listener) {
  listener_flush(listener);
  begin_close(listener);
}

void listener_release(Listener *listener) {
  begin_close(listener);
  drop_holder(listener);
}
