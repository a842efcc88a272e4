/** Which of the report's three conditions a method is drawn as: its colour and its shape. */
import type { ConditionId } from '../../../core/charts/conditions.ts';
import { ASKED, UNSTEERED } from '../../../core/study/file.ts';

export function conditionOf(method: string): ConditionId {
  return method === UNSTEERED ? 'plain' : method === ASKED ? 'asked' : 'steered';
}
