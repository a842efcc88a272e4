/** The bias panel as its tests open it. */
import { biasSchemas, type BiasPanel, type BiasSnapshot } from '../../../src/protocol/panels/bias.ts';
import type { BiasWords } from '../../../src/protocol/panels/biasWords.ts';
import { FakeBias, IDLE } from './fakeBias.ts';
import { usePanelPages } from './panelPages.ts';

export function useBiasPages() {
  return usePanelPages<BiasPanel, FakeBias, BiasSnapshot, BiasWords>({
    id: 'bias',
    schemas: biasSchemas,
    idle: IDLE,
    hostOf: (snapshot, words) => new FakeBias(snapshot, words),
  });
}
