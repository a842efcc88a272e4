/** The one script of all panels: draws the panel that the page is of. Adding a panel is a folder and a line here. */
import type { PanelId } from '../src/protocol/panels/panel.ts';
import { biasPanel } from './panels/bias/index.ts';
import { comparePanel } from './panels/compare/index.ts';
import { intervenePanel } from './panels/intervene/index.ts';
import { layersPanel } from './panels/layers/index.ts';
import { probesPanel } from './panels/probes/index.ts';
import { saePanel } from './panels/sae/index.ts';

const PANELS: Readonly<Record<PanelId, (root: HTMLElement) => Promise<void>>> = {
  bias: biasPanel,
  layers: layersPanel,
  probes: probesPanel,
  compare: comparePanel,
  intervene: intervenePanel,
  sae: saePanel,
};

const root = document.querySelector('main');
const id = root?.dataset.panel;
if (root && id !== undefined && isPanel(id)) {
  PANELS[id](root).catch((error: unknown) => {
    root.textContent = error instanceof Error ? error.message : String(error);
  });
}

function isPanel(name: string): name is PanelId {
  return Object.hasOwn(PANELS, name);
}
