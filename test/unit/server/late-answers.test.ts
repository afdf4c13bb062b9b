// When the late answers of a configuration are through.
import { describe, expect, test } from 'vitest';
import { LateAnswers } from '../../../src/server/late-answers.ts';

describe('a configuration is idle', () => {
  test('at once when nothing is late', async () => {
    const late = new LateAnswers();
    late.begin();
    late.end();
    expect(late.track(undefined)).toBeUndefined();
    await late.idle();
  });

  test('when the last of its late answers has been given', async () => {
    const late = new LateAnswers();
    const first = Promise.withResolvers<void>();
    const events: string[] = [];
    late.begin();
    const tracked = late.track(first.promise);
    const idle = late.idle().then(() => events.push('idle'));
    first.resolve();
    await tracked;
    events.push('first');
    late.end();
    await idle;
    expect(events).toEqual(['first', 'idle']);
  });

  test('also when the last one fails', async () => {
    const late = new LateAnswers();
    const tracked = late.track(Promise.reject(new Error('no')));
    const idle = late.idle();
    await expect(tracked).rejects.toThrow('no');
    await idle;
  });
});
