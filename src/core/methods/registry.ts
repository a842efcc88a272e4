/** The steering methods, by id. */
import { UsageError } from '../errors.ts';
import { dim } from './dim.ts';
import type { SteeringMethod } from './method.ts';

export const METHODS: readonly SteeringMethod[] = [dim];

/** @throws UsageError `unknown-method` naming those that exist */
export function findMethod(id: string): SteeringMethod {
  const method = METHODS.find((candidate) => candidate.id === id);
  if (method) return method;
  const known = METHODS.map((candidate) => candidate.id).join(', ');
  throw new UsageError('unknown-method', `there is no method "${id}"`, `The methods are: ${known}.`);
}
