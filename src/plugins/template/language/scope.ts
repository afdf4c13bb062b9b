// The variables of one run, innermost last (Go: text/template/exec.go, variable stack).

import type { GoValue } from './values.ts';

/** A stack of names and values; `$` is the data that the template began with. */
export class Scope {
  readonly #names: string[] = ['$'];
  readonly #values: GoValue[];

  constructor(data: GoValue) {
    this.#values = [data];
  }

  /** Where the stack stands, to give to `leave` later. */
  mark(): number {
    return this.#names.length;
  }

  leave(mark: number): void {
    this.#names.length = mark;
    this.#values.length = mark;
  }

  push(name: string, value: GoValue): void {
    this.#names.push(name);
    this.#values.push(value);
  }

  /** Sets the innermost variable of a name; false if there is none. */
  set(name: string, value: GoValue): boolean {
    const at = this.#names.lastIndexOf(name);
    if (at >= 0) this.#values[at] = value;
    return at >= 0;
  }

  /** Sets the variable that was declared so many places before the top (1 is the last one). */
  setTop(places: number, value: GoValue): void {
    this.#values[this.#values.length - places] = value;
  }

  get(name: string): GoValue {
    return this.#values[this.#names.lastIndexOf(name)];
  }
}
