// What the halves of loop tell each other: plain data.

/** Options of one handler. */
export interface LoopOptions {
  /** Name of the probe: absolute, lower case, not to be guessed. */
  readonly probeName: string;
  /** The handler reports sightings of the probe here, as a ProbeSighting; any publication on it ends the watch. */
  readonly channel: string;
}

/** The probe came by. */
export interface ProbeSighting {
  /** `127.0.0.1:39274`: who sent it. */
  readonly remote: string;
}

/** Sightings that prove a loop: the probe itself, and two that came back. */
export const LOOP_SIGHTINGS = 3;
