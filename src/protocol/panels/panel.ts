/**
 * What every panel's service has: its words, and its state, which the host sends whole, so that a page that was hidden or
 * made anew needs no history. A panel adds verbs of its own, a closed list with checked arguments.
 */
import * as v from 'valibot';
import type { JsonValue } from '../../core/artefact/json.ts';
import type { CallContext } from '../rpc.ts';

/** Everything that a panel shows at one moment. */
export interface Snapshot {
  /** What the page keeps for the host, and the host gets back when the window was reloaded. */
  readonly state: JsonValue;
}

/** The model that a panel works on: `missing` offers to get one. */
export interface PanelModelState {
  readonly state: 'missing' | 'fetching' | 'closed' | 'opening' | 'ready' | 'failed';
  readonly name: string;
  readonly precision: string;
}

/** Work of a panel under way. */
export interface PanelWork {
  /** What is being done, in the user's language. */
  readonly phase: string;
  readonly done: number;
  /** Absent while it cannot be known. */
  readonly total?: number;
  /** Milliseconds; absent while that would be a guess. */
  readonly leftMs?: number;
}

export interface PanelService<Words, S extends Snapshot> {
  /** The panel's words in the user's language. */
  words(params: Record<string, never>, context: CallContext): Promise<Words>;
  /** Sends the snapshot at once and after every change, and ends with the page. */
  watch(params: Record<string, never>, context: CallContext<S>): Promise<null>;
}

const nothing = v.strictObject({});

/** The schemas of the methods that every panel has. */
export const panelSchemas = { words: nothing, watch: nothing };

/** The panels there are. Each is a folder of `webview/panels` and a line in the tables of host and webview. */
export const PANEL_IDS = ['bias', 'layers', 'probes', 'compare', 'intervene', 'sae'] as const;

export type PanelId = (typeof PANEL_IDS)[number];
