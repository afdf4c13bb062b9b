// The life of a socket on libuv's loop, and its calls into JavaScript.
#include "watcher.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static void drop_holder(Watcher *watcher) {
  if (--watcher->holders == 0) free(watcher);
}

// libuv stops to poll a descriptor that has an error; the owner reads the error and waits again.
static void on_ready(uv_poll_t *poll, int status, int events) {
  Watcher *watcher = poll->data;
  watcher->hooks->ready(watcher, status < 0 ? 0 : events);
}

void watcher_wait(Watcher *watcher, int events) { uv_poll_start(&watcher->poll, events, on_ready); }

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

// Through napi_make_callback, because microtasks and ticks have to run before datagrams are sent: promises that are
// settled by then still answer within the batch.
static void call(Watcher *watcher, int argument) {
  napi_env env = watcher->env;
  napi_value callback, receiver, number, result;
  bool is_callable = napi_get_reference_value(env, watcher->callback, &callback) == napi_ok &&
                     napi_get_global(env, &receiver) == napi_ok &&
                     napi_create_int32(env, argument, &number) == napi_ok;
  if (!is_callable) return;
  napi_status status =
      napi_make_callback(env, watcher->context, receiver, callback, 1, &number, &result);
  if (status != napi_ok) pass_on_exception(env);
}

void watcher_call(Watcher *watcher, int argument) {
  napi_handle_scope scope;
  // The environment stays; the watcher may be closed by the call.
  napi_env env = watcher->env;
  if (napi_open_handle_scope(env, &scope) != napi_ok) return;
  call(watcher, argument);
  napi_close_handle_scope(env, scope);
}

static void on_closed(uv_handle_t *handle) {
  Watcher *watcher = handle->data;
  napi_remove_async_cleanup_hook(watcher->cleanup);
  drop_holder(watcher);
}

// Lets go of the descriptor at once (libuv allows it after uv_poll_stop) and of the loop in its next turn.
void watcher_close(Watcher *watcher) {
  if (watcher->is_closed) return;
  watcher->hooks->closing(watcher);
  watcher->is_closed = true;
  uv_poll_stop(&watcher->poll);
  close(watcher->fd);
  napi_delete_reference(watcher->env, watcher->callback);
  napi_async_destroy(watcher->env, watcher->context);
  uv_close((uv_handle_t *)&watcher->poll, on_closed);
}

// The environment ends: worker.terminate() or the end of the process. Node waits for the removal of the hook, and aborts
// if a handle were still open after that.
static void on_environment_end(napi_async_cleanup_hook_handle cleanup, void *data) {
  (void)cleanup;
  watcher_close(data);
}

// What JavaScript's side needs; its failures are those of an environment that is ending.
static int attach(Watcher *watcher, napi_value callback) {
  napi_env env = watcher->env;
  napi_value name;
  bool is_attached =
      napi_create_string_utf8(env, "NODENS_UDP", NAPI_AUTO_LENGTH, &name) == napi_ok &&
      napi_create_reference(env, callback, 1, &watcher->callback) == napi_ok &&
      napi_async_init(env, NULL, name, &watcher->context) == napi_ok &&
      napi_add_async_cleanup_hook(env, on_environment_end, watcher, &watcher->cleanup) == napi_ok;
  return is_attached ? 0 : -ECANCELED;
}

static int start(Watcher *watcher) {
  uv_loop_t *loop;
  if (napi_get_uv_event_loop(watcher->env, &loop) != napi_ok) return -ECANCELED;
  watcher->poll.data = watcher;
  return uv_poll_init(loop, &watcher->poll, watcher->fd);
}

int watcher_open(Watcher *watcher, const WatcherHooks *hooks, int fd, napi_env env, napi_value callback) {
  watcher->hooks = hooks;
  watcher->fd = fd;
  watcher->env = env;
  int failure = start(watcher);
  if (failure != 0) {
    // Neither the loop nor the environment knows it yet.
    close(fd);
    free(watcher);
    return failure;
  }
  watcher->holders = 1;
  failure = attach(watcher, callback);
  if (failure != 0) {
    watcher_close(watcher);
    return failure;
  }
  watcher_wait(watcher, UV_READABLE);
  watcher->holders = 2;
  return 0;
}

void watcher_release(Watcher *watcher) {
  watcher_close(watcher);
  drop_holder(watcher);
}
