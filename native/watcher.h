// A socket on the event loop of one JavaScript environment: waits until something can be read or written, and calls back.
// What is done then is up to its owner, of which it is the first member (native/listener, native/link). Lives until the
// environment or JavaScript closes it.
#ifndef NODENS_WATCHER_H
#define NODENS_WATCHER_H

#define NAPI_VERSION 8
#include <node_api.h>
#include <stdbool.h>
#include <uv.h>

typedef struct Watcher Watcher;

// What an owner does; one constant a kind of owner, which also tells the kinds apart.
typedef struct WatcherHooks {
  // `events` of UV_READABLE and UV_WRITABLE, or 0 when the descriptor has an error: waiting has ended then until
  // watcher_wait.
  void (*ready)(Watcher *watcher, int events);
  // Before the descriptor is closed.
  void (*closing)(Watcher *watcher);
} WatcherHooks;

struct Watcher {
  uv_poll_t poll;
  const WatcherHooks *hooks;
  int fd;
  bool is_closed;
  // The event loop and JavaScript each hold one.
  int holders;
  napi_env env;
  napi_ref callback;
  napi_async_context context;
  napi_async_cleanup_hook_handle cleanup;
};

// Begins to read. `watcher` is all 0 and the start of memory from malloc, which it frees; `fd` is its own from now on, also
// when this fails. Returns 0 or a negative errno.
int watcher_open(Watcher *watcher, const WatcherHooks *hooks, int fd, napi_env env, napi_value callback);

void watcher_wait(Watcher *watcher, int events);

// Calls JavaScript, and runs the microtasks and ticks after it.
void watcher_call(Watcher *watcher, int argument);

// May be called again, and from within the callback.
void watcher_close(Watcher *watcher);

// JavaScript has let go: closes, and frees as soon as the event loop has let go too.
void watcher_release(Watcher *watcher);

#endif
