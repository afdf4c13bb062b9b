// Node's HTTP modules for what runs in the server. An `import` of node:http makes a module namespace, for which Node reads
// every export, among them WebSocket: that loads all of undici, 8 MB of heap and 8 MB of the program file. The same module
// asked for in this way has none of that.

/** node:http. */
export const http: typeof import('node:http') = process.getBuiltinModule('node:http');

/** node:https, loaded when it is first asked for. */
export function https(): typeof import('node:https') {
  return process.getBuiltinModule('node:https');
}
