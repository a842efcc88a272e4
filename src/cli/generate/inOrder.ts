/** Puts answers that come as they are done into the order of their prompts. Pure. */
import type { Generated, Prompt } from '../../protocol/engineService.ts';

export class AnswersInOrder {
  readonly #waiting = new Map<string, Generated>();
  readonly #done = new Set<string>();
  #next = 0;

  constructor(
    private readonly prompts: readonly Prompt[],
    /** Called once for each answer, in the order of the prompts. */
    private readonly deliver: (answer: Generated) => void,
  ) {}

  /** The answers that have come and whose turn has not, in the order of the prompts. */
  get waiting(): Generated[] {
    return this.prompts.flatMap(({ id }) => this.#waiting.get(id) ?? []);
  }

  /** Takes an answer; one that was taken before changes nothing. */
  take(answer: Generated): void {
    if (this.#done.has(answer.id)) return;
    this.#done.add(answer.id);
    this.#waiting.set(answer.id, answer);
    for (;;) {
      const prompt = this.prompts[this.#next];
      const next = prompt && this.#waiting.get(prompt.id);
      if (!next) return;
      this.#waiting.delete(next.id);
      this.#next++;
      this.deliver(next);
    }
  }
}
