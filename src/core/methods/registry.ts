/** The steering methods, by id. */
import { UsageError } from '../errors.ts';
import { act } from './act.ts';
import { dim } from './dim.ts';
import { foxp2 } from './foxp2.ts';
import { gact, gactMid, gactOnline, gate } from './gact.ts';
import type { SteeringMethod } from './method.ts';
import { randomDirection } from './randomDirection.ts';
import { staticNeurons } from './staticNeurons.ts';

export const METHODS: readonly SteeringMethod[] = [
  dim,
  gate,
  gact,
  gactOnline,
  gactMid,
  act,
  foxp2,
  staticNeurons,
  randomDirection,
];

/** @throws UsageError `unknown-method` naming those that exist */
export function findMethod(id: string): SteeringMethod {
  const method = METHODS.find((candidate) => candidate.id === id);
  if (method) return method;
  const known = METHODS.map((candidate) => candidate.id).join(', ');
  throw new UsageError('unknown-method', `there is no method "${id}"`, `The methods are: ${known}.`);
}
