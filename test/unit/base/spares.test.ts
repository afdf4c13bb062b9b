import { expect, test } from 'vitest';
import { Spares } from '../../../src/base/spares.ts';

test('what is given back is taken again, each once', () => {
  const spares = new Spares<string>(3);
  expect(spares.take()).toBeUndefined();
  spares.giveBack('a');
  spares.giveBack('b');
  expect([spares.take(), spares.take(), spares.take()].sort()).toEqual(['a', 'b', undefined]);
});

test('no more are kept than was said', () => {
  const spares = new Spares<number>(2);
  for (let each = 0; each < 10; each++) spares.giveBack(each);
  const taken = [spares.take(), spares.take(), spares.take()];
  expect(taken.filter((each) => each !== undefined)).toHaveLength(2);
});
