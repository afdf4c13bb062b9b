// Where the shared memory of a scripted thread (scripted-thread.ts) says how often it shall fail.

/** Indexes of an Int32Array over the thread's metrics buffer; those without a comment count down. */
export const Word = {
  /** Counts up: how many threads have started on this memory. */
  STARTS: 0,
  DIE_AT_START: 1,
  DIE_AT_PREPARE: 2,
  FAIL_PREPARE: 3,
  DIE_AT_COMMIT: 4,
  DIE_AT_STOP: 5,
  /** 1: a thread that gets the publication `block` hangs until this is 0 (Atomics.notify). */
  BLOCKED: 6,
} as const;
