// Signal handlers, installed by the import of this file, which main.ts imports first: before a handler for SIGUSR1
// exists, Node would open a debugger port on it. What arrives before the server is there waits.

/** Signals that the server knows. SIGHUP is known to do nothing, SIGUSR2 to be refused. */
export type KnownSignal = 'SIGINT' | 'SIGTERM' | 'SIGQUIT' | 'SIGUSR1' | 'SIGUSR2' | 'SIGHUP';

const KNOWN: readonly KnownSignal[] = [
  'SIGUSR1',
  'SIGINT',
  'SIGTERM',
  'SIGQUIT',
  'SIGUSR2',
  'SIGHUP',
];

const waiting: KnownSignal[] = [];
let receive: (signal: KnownSignal) => void = (signal) => {
  // Nothing runs yet that could be ended in order.
  if (signal === 'SIGINT' || signal === 'SIGTERM' || signal === 'SIGQUIT') process.exit(0);
  waiting.push(signal);
};

for (const signal of KNOWN) process.on(signal, () => receive(signal));

/** Hands over all signals from now on, and those that wait. */
export function onSignal(receiver: (signal: KnownSignal) => void): void {
  receive = receiver;
  for (const signal of waiting.splice(0)) receiver(signal);
}
