// The addon's face towards JavaScript (src/native/udp-addon.ts describes it): arguments in, values out, nothing of sockets
// but calls. Wrong arguments come from our own code only and throw EINVAL.
#include <errno.h>
#include <stddef.h>
#include <uv.h>

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

static Listener *read_listener(napi_env env, napi_value value) {
  void *data = NULL;
  return napi_get_value_external(env, value, &data) == napi_ok ? data : NULL;
}

static Listener *only_listener(napi_env env, napi_callback_info info) {
  napi_value values[1];
  return read_arguments(env, info, values, 1) ? read_listener(env, values[0]) : NULL;
}

static Octets read_octets(napi_env env, napi_value value) {
  napi_typedarray_type type;
  void *start = NULL;
  size_t length = 0;
  napi_status status =
      napi_get_typedarray_info(env, value, &type, &length, &start, NULL, NULL);
  if (status != napi_ok || type != napi_uint8_array) return (Octets){NULL, 0};
  return (Octets){start, length};
}

static BatchMemory *read_memory(napi_env env, napi_value value) {
  void *start = NULL;
  size_t length = 0;
  napi_status status = napi_get_arraybuffer_info(env, value, &start, &length);
  return status == napi_ok && length == sizeof(BatchMemory) ? start : NULL;
}

static void on_collected(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  listener_release(data);
}

// open(host, port, memory, onBatch): handle
static napi_value open_listener(napi_env env, napi_callback_info info) {
  napi_value values[4], handle;
  char host[MAX_HOST];
  int32_t port;
  if (!read_arguments(env, info, values, 4)) return throw_code(env, UV_EINVAL);
  BatchMemory *memory = read_memory(env, values[2]);
  napi_valuetype type = napi_undefined;
  napi_typeof(env, values[3], &type);
  bool is_read = napi_get_value_string_utf8(env, values[0], host, sizeof host, NULL) == napi_ok &&
                 napi_get_value_int32(env, values[1], &port) == napi_ok;
  if (!is_read || memory == NULL || type != napi_function) return throw_code(env, UV_EINVAL);
  Listener *listener;
  int failure = listener_open(env, host, port, memory, values[3], &listener);
  if (failure != 0) return throw_code(env, failure);
  if (napi_create_external(env, listener, on_collected, NULL, &handle) == napi_ok) return handle;
  listener_release(listener);
  return throw_code(env, UV_ENOMEM);
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

// send(handle, route, reply)
static napi_value send_late(napi_env env, napi_callback_info info) {
  napi_value values[3];
  if (!read_arguments(env, info, values, 3)) return throw_code(env, UV_EINVAL);
  Listener *listener = read_listener(env, values[0]);
  Octets route = read_octets(env, values[1]);
  Octets reply = read_octets(env, values[2]);
  bool is_sound = listener != NULL && route.length == sizeof(Route) &&
                  (uintptr_t)route.start % _Alignof(Route) == 0 && reply.start != NULL &&
                  reply.length <= MAX_REPLY_OCTETS;
  if (!is_sound) return throw_code(env, UV_EINVAL);
  listener_send(listener, (const Route *)route.start, reply);
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

static void export_function(napi_env env, napi_value exports, const char *name, napi_callback call) {
  napi_value function;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, call, NULL, &function) == napi_ok)
    napi_set_named_property(env, exports, name, function);
}

NAPI_MODULE_INIT() {
  // Raised with every change that src/native/udp-addon.ts has to follow.
  set_number(env, exports, "version", 2);
  export_layout(env, exports);
  export_function(env, exports, "open", open_listener);
  export_function(env, exports, "port", get_port);
  export_function(env, exports, "flush", flush);
  export_function(env, exports, "send", send_late);
  export_function(env, exports, "counts", get_counts);
  export_function(env, exports, "close", close_listener);
  export_function(env, exports, "probe", probe);
  export_function(env, exports, "releaseMemory", release_memory);
  return exports;
}
