/** What the model is asked, out of what the editor's chat sends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LanguageModelChatRequestMessage } from '../../../../src/host/chat/chatApi.ts';
import '../fake/register.ts';
import { LanguageModelTextPart } from '../fake/chat.ts';

const { conversationOf, textOf } = await import('../../../../src/host/chat/conversation.ts');

const ROLES = { user: 1, assistant: 2, system: 3 } as const;

function says(role: keyof typeof ROLES, ...texts: readonly string[]): LanguageModelChatRequestMessage {
  return { role: ROLES[role], content: texts.map((text) => new LanguageModelTextPart(text)) };
}

test('the last message is the prompt, what came before are turns, instructions are the system’s', () => {
  assert.deepEqual(
    conversationOf([
      says('system', 'Be brief.'),
      says('user', 'What is ', 'a list?'),
      says('assistant', 'A sequence.'),
      says('user', 'And a set?'),
    ]),
    {
      system: 'Be brief.',
      turns: [
        { role: 'user', content: 'What is a list?' },
        { role: 'assistant', content: 'A sequence.' },
      ],
      prompt: 'And a set?',
    },
  );
});

test('one message is a prompt without turns and without a system', () => {
  assert.deepEqual(conversationOf([says('user', 'Hello.')]), { turns: [], prompt: 'Hello.' });
});

test('who speaks twice in a row has spoken once', () => {
  const { system, turns, prompt } = conversationOf([
    says('system', 'One.'),
    says('user', 'a'),
    says('system', 'Two.'),
    says('user', 'b'),
    says('assistant', 'c'),
    says('assistant', 'd'),
    says('user', 'e'),
    says('user', 'f'),
  ]);
  assert.equal(system, 'One.\n\nTwo.');
  assert.deepEqual(turns, [
    { role: 'user', content: 'a\n\nb' },
    { role: 'assistant', content: 'c\n\nd' },
  ]);
  assert.equal(prompt, 'e\n\nf');
});

test('parts that are no text are left out, and messages without any are none', () => {
  const image = { mimeType: 'image/png', data: new Uint8Array(3) };
  const { turns, prompt } = conversationOf([
    { role: ROLES.user, content: [image, new LanguageModelTextPart('Look'), { value: 'no part of the editor' }, null] },
    { role: ROLES.assistant, content: [{ callId: '1', name: 'tool', input: {} }] },
    says('assistant', ' \n'),
    says('user', 'again'),
  ]);
  assert.deepEqual(turns, []);
  assert.equal(prompt, 'Look\n\nagain');
});

for (const [what, messages] of [
  ['no message at all', []],
  ['instructions alone', [says('system', 'Be brief.')]],
  ['an empty question', [says('user', ' ')]],
  ['an answer at the end', [says('user', 'a'), says('assistant', 'b')]],
] as const)
  test(`${what} is no question`, () => {
    assert.throws(() => conversationOf(messages), { reason: 'no-question', advice: 'Write a message, as text.' });
  });

test('half of a surrogate pair becomes a character that there is', () => {
  assert.equal(textOf([new LanguageModelTextPart('a\ud83d'), new LanguageModelTextPart('b😀')]), 'a\uFFFDb😀');
  assert.equal(textOf([new LanguageModelTextPart('\ud83d'), new LanguageModelTextPart('\ude00')]), '😀');
});
