// Questions of serving threads: who answers, and what comes back.
import { expect, test } from 'vitest';
import { QuestionDesk } from '../../../src/server/question-desk.ts';
import type { FromServing } from '../../../src/server/serving-config.ts';
import { ThreadQuestions } from '../../../src/server/thread-questions.ts';

test('a question goes to whoever answers on its channel of its instance', async () => {
  const desk = new QuestionDesk();
  desk.open(1, 'c', (question) => `one ${question}`);
  desk.open(2, 'c', async (question) => `two ${question}`);
  const ask = (generation: number): Promise<unknown> =>
    desk.ask({ generation, channel: 'c', data: 'x' });
  expect(await ask(1)).toBe('one x');
  expect(await ask(2)).toBe('two x');
  desk.close(1, 'c');
  await expect(ask(1)).rejects.toThrow('nobody answers on c');
  expect(await ask(2)).toBe('two x');
});

test('what the answerer throws is the answer', async () => {
  const desk = new QuestionDesk();
  desk.open(1, 'c', () => {
    throw new Error('no such zone');
  });
  await expect(desk.ask({ generation: 1, channel: 'c', data: 0 })).rejects.toThrow('no such zone');
});

test('a thread takes answers in any order', async () => {
  const sent: FromServing[] = [];
  const questions = new ThreadQuestions((message) => sent.push(message));
  const first = questions.ask(3, 'a', 'x');
  const second = questions.ask(3, 'b', 'y');
  expect(sent).toEqual([
    { kind: 'question', generation: 3, channel: 'a', id: 1, data: 'x' },
    { kind: 'question', generation: 3, channel: 'b', id: 2, data: 'y' },
  ]);
  questions.settle({ id: 2, data: 'late', error: undefined });
  questions.settle({ id: 1, data: undefined, error: 'no' });
  questions.settle({ id: 1, data: 'again', error: undefined });
  expect(await second).toBe('late');
  await expect(first).rejects.toThrow('no');
});
