// The addon's face towards JavaScript (src/native/udp-addon.ts describes it): arguments in, values out, nothing of sockets
// but calls. Wrong arguments come from our own code only and throw EINVAL.
#include <errno.h>
#include <stddef.h>
#include <uv.h>

#include "link.h"
#include "listener.h"
#include "memory.h"
#include "socket.h"

enum { MAX_HOST = 128 };

static napi_value throw_code(napi_env env, int failure) {
  napi_throw_error(env, uv_err_name(failure), uv_strerror(failure));
  return NULL;
}

static bool read_arguments(napi_env env, napi_callback_info info, napi_value *values, size_t count) {
  size_t given = count;
  return napi_get_cb_info(env, info, &given, values, NULL, NULL) == napi_ok && given == count;
}

// Undefined values and handles of another kind give NULL.
static Watcher *read_handle(napi_env env, napi_value value, const WatcherHooks *hooks) {
  void *data = NULL;
  if (napi_get_value_external(env, value, &data) != napi_ok) return NULL;
  return ((Watcher *)data)->hooks == hooks ? data : NULL;
}

static void *only_handle(napi_env env, napi_callback_info info, const WatcherHooks *hooks) {
  napi_value values[1];
  return read_arguments(env, info, values, 1) ? read_handle(env, values[0], hooks) : NULL;
}

static Listener *only_listener(napi_env env, napi_callback_info info) {
  return only_handle(env, info, &LISTENER_HOOKS);
}

static Link *only_link(napi_env env, napi_callback_info info) {
  return only_handle(env, info, &LINK_HOOKS);
}

static void *read_memory(napi_env env, napi_value value, size_t octets) {
  void *start = NULL;
  size_t length = 0;
  napi_status status = napi_get_arraybuffer_info(env, value, &start, &length);
  return status == napi_ok && length == octets ? start : NULL;
}

static bool read_host(napi_env env, napi_value value, char host[MAX_HOST]) {
  return napi_get_value_string_utf8(env, value, host, MAX_HOST, NULL) == napi_ok;
}

static bool is_function(napi_env env, napi_value value) {
  napi_valuetype type = napi_undefined;
  napi_typeof(env, value, &type);
  return type == napi_function;
}

static void on_collected(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  watcher_release(data);
}

static napi_value make_handle(napi_env env, Watcher *watcher) {
  napi_value handle;
  if (napi_create_external(env, watcher, on_collected, NULL, &handle) == napi_ok) return handle;
  watcher_release(watcher);
  return throw_code(env, UV_ENOMEM);
}

// open(host, port, memory, onBatch): handle
static napi_value open_listener(napi_env env, napi_callback_info info) {
  napi_value values[4];
  char host[MAX_HOST];
  int32_t port;
  if (!read_arguments(env, info, values, 4)) return throw_code(env, UV_EINVAL);
  BatchMemory *memory = read_memory(env, values[2], sizeof *memory);
  bool is_read = read_host(env, values[0], host) &&
                 napi_get_value_int32(env, values[1], &port) == napi_ok && memory != NULL &&
                 is_function(env, values[3]);
  if (!is_read) return throw_code(env, UV_EINVAL);
  Watcher *watcher;
  int failure = listener_open(env, host, port, memory, values[3], &watcher);
  return failure == 0 ? make_handle(env, watcher) : throw_code(env, failure);
}

// openLink(host, port, source, sourcePort, memory, onBatch): handle
static napi_value open_link(napi_env env, napi_callback_info info) {
  napi_value values[6];
  char host[MAX_HOST], source[MAX_HOST];
  LinkEnds ends = {.host = host, .source = source};
  if (!read_arguments(env, info, values, 6)) return throw_code(env, UV_EINVAL);
  LinkMemory *memory = read_memory(env, values[4], sizeof *memory);
  bool is_read = read_host(env, values[0], host) && read_host(env, values[2], source) &&
                 napi_get_value_int32(env, values[1], &ends.port) == napi_ok &&
                 napi_get_value_int32(env, values[3], &ends.source_port) == napi_ok &&
                 memory != NULL && is_function(env, values[5]);
  if (!is_read) return throw_code(env, UV_EINVAL);
  Watcher *watcher;
  int failure = link_open(env, &ends, memory, values[5], &watcher);
  return failure == 0 ? make_handle(env, watcher) : throw_code(env, failure);
}

// linkHost(handle): string
static napi_value get_link_host(napi_env env, napi_callback_info info) {
  Watcher *watcher = only_handle(env, info, &LINK_HOOKS);
  if (watcher == NULL) return throw_code(env, UV_EINVAL);
  char text[ADDRESS_TEXT_OCTETS] = "";
  if (!watcher->is_closed && socket_address(watcher->fd, text) != 0) text[0] = '\0';
  napi_value host = NULL;
  napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &host);
  return host;
}

// linkPort(handle): number
static napi_value get_link_port(napi_env env, napi_callback_info info) {
  Watcher *watcher = only_handle(env, info, &LINK_HOOKS);
  if (watcher == NULL) return throw_code(env, UV_EINVAL);
  int port = watcher->is_closed ? 0 : socket_port(watcher->fd);
  napi_value number = NULL;
  napi_create_int32(env, port < 0 ? 0 : port, &number);
  return number;
}

// sendLink(handle): number
static napi_value send_link(napi_env env, napi_callback_info info) {
  Link *link = only_link(env, info);
  if (link == NULL) return throw_code(env, UV_EINVAL);
  napi_value failures = NULL;
  napi_create_int32(env, link_send(link), &failures);
  return failures;
}

// closeLink(handle)
static napi_value close_link(napi_env env, napi_callback_info info) {
  Watcher *watcher = only_handle(env, info, &LINK_HOOKS);
  if (watcher == NULL) return throw_code(env, UV_EINVAL);
  watcher_close(watcher);
  return NULL;
}

// port(handle): number
static napi_value get_port(napi_env env, napi_callback_info info) {
  Listener *listener = only_listener(env, info);
  if (listener == NULL) return throw_code(env, UV_EINVAL);
  napi_value port = NULL;
  napi_create_int32(env, listener_port(listener), &port);
  return port;
}

// flush(handle)
static napi_value flush(napi_env env, napi_callback_info info) {
  Listener *listener = only_listener(env, info);
  if (listener == NULL) return throw_code(env, UV_EINVAL);
  listener_flush(listener);
  return NULL;
}

static void set_number(napi_env env, napi_value object, const char *name, double number) {
  napi_value value;
  if (napi_create_double(env, number, &value) == napi_ok)
    napi_set_named_property(env, object, name, value);
}

// counts(handle): { kernelDrops, failedSends, droppedReplies, receiveBufferOctets }
static napi_value get_counts(napi_env env, napi_callback_info info) {
  Listener *listener = only_listener(env, info);
  if (listener == NULL) return throw_code(env, UV_EINVAL);
  ListenerCounts counts;
  listener_count(listener, &counts);
  napi_value object = NULL;
  if (napi_create_object(env, &object) != napi_ok) return NULL;
  set_number(env, object, "kernelDrops", (double)counts.kernel_drops);
  set_number(env, object, "failedSends", (double)counts.failed_sends);
  set_number(env, object, "droppedReplies", (double)counts.dropped_replies);
  set_number(env, object, "receiveBufferOctets", counts.receive_buffer_octets);
  return object;
}

// close(handle)
static napi_value close_listener(napi_env env, napi_callback_info info) {
  Listener *listener = only_listener(env, info);
  if (listener == NULL) return throw_code(env, UV_EINVAL);
  listener_close(listener);
  return NULL;
}

// probe(): '' or the name of the error that the system calls give
static napi_value probe(napi_env env, napi_callback_info info) {
  (void)info;
  int failure = socket_probe();
  napi_value name = NULL;
  napi_create_string_utf8(env, failure == 0 ? "" : uv_err_name(failure), NAPI_AUTO_LENGTH, &name);
  return name;
}

// releaseMemory()
static napi_value release_memory(napi_env env, napi_callback_info info) {
  (void)env;
  (void)info;
  memory_release();
  return NULL;
}

// Where JavaScript finds the parts of the memory: the numbers are here only, so that both sides always agree.
static void export_layout(napi_env env, napi_value exports) {
  napi_value layout;
  if (napi_create_object(env, &layout) != napi_ok) return;
  set_number(env, layout, "memoryOctets", sizeof(BatchMemory));
  set_number(env, layout, "slots", BATCH_SLOTS);
  set_number(env, layout, "packetOctets", PACKET_OCTETS);
  set_number(env, layout, "routeOctets", sizeof(Route));
  set_number(env, layout, "outputOctets", OUTPUT_OCTETS);
  set_number(env, layout, "routesAt", offsetof(BatchMemory, routes));
  set_number(env, layout, "lengthsAt", offsetof(BatchMemory, lengths));
  set_number(env, layout, "replyCountAt", offsetof(BatchMemory, reply_count));
  set_number(env, layout, "repliesAt", offsetof(BatchMemory, replies));
  set_number(env, layout, "packetsAt", offsetof(BatchMemory, packets));
  set_number(env, layout, "outputAt", offsetof(BatchMemory, output));
  napi_set_named_property(env, exports, "layout", layout);
}

static void export_link_layout(napi_env env, napi_value exports) {
  napi_value layout;
  if (napi_create_object(env, &layout) != napi_ok) return;
  set_number(env, layout, "memoryOctets", sizeof(LinkMemory));
  set_number(env, layout, "slots", LINK_SLOTS);
  set_number(env, layout, "packetOctets", LINK_PACKET_OCTETS);
  set_number(env, layout, "queries", LINK_QUERIES);
  set_number(env, layout, "outputOctets", LINK_OUTPUT_OCTETS);
  set_number(env, layout, "lengthsAt", offsetof(LinkMemory, lengths));
  set_number(env, layout, "queryCountAt", offsetof(LinkMemory, query_count));
  set_number(env, layout, "queriesAt", offsetof(LinkMemory, queries));
  set_number(env, layout, "outputAt", offsetof(LinkMemory, output));
  set_number(env, layout, "packetsAt", offsetof(LinkMemory, packets));
  napi_set_named_property(env, exports, "linkLayout", layout);
}

static void export_function(napi_env env, napi_value exports, const char *name, napi_callback call) {
  napi_value function;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, call, NULL, &function) == napi_ok)
    napi_set_named_property(env, exports, name, function);
}

NAPI_MODULE_INIT() {
  // Raised with every change that src/native/udp-addon.ts has to follow.
  set_number(env, exports, "version", 3);
  export_layout(env, exports);
  export_link_layout(env, exports);
  export_function(env, exports, "open", open_listener);
  export_function(env, exports, "port", get_port);
  export_function(env, exports, "flush", flush);
  export_function(env, exports, "counts", get_counts);
  export_function(env, exports, "close", close_listener);
  export_function(env, exports, "openLink", open_link);
  export_function(env, exports, "linkHost", get_link_host);
  export_function(env, exports, "linkPort", get_link_port);
  export_function(env, exports, "sendLink", send_link);
  export_function(env, exports, "closeLink", close_link);
  export_function(env, exports, "probe", probe);
  export_function(env, exports, "releaseMemory", release_memory);
  return exports;
}
