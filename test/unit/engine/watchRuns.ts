/** A model whose main session is watched: what is run on it, and all the logits that it gives. */
import type { LoadedModel } from '../../../src/engine/model/loadedModel.ts';
import type { MainSession } from '../../../src/engine/session/mainSession.ts';

export interface WatchedModel {
  readonly watched: LoadedModel;
  /** Of the last position of each prompt and of each row of each step, in their order. */
  readonly logits: Float32Array[];
}

/** @param onRun called after each piece of a prompt and each step */
export function watchRuns(real: LoadedModel, onRun: (what: 'prefill' | 'step') => void = () => {}): WatchedModel {
  const logits: Float32Array[] = [];
  const main = new Proxy(real.main, {
    get(target, name) {
      if (name === 'prefill')
        return async (row: number, request: Parameters<MainSession['prefill']>[1]) => {
          const onPiece: typeof request.onPiece = (piece) => {
            onRun('prefill');
            request.onPiece?.(piece);
          };
          const next = await target.prefill(row, { ...request, onPiece });
          logits.push(next.values.slice());
          return next;
        };
      if (name === 'step')
        return async (...args: Parameters<MainSession['step']>) => {
          const next = await target.step(...args);
          onRun('step');
          logits.push(...next.map(({ values }) => values.slice()));
          return next;
        };
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { watched: { ...real, main }, logits };
}
