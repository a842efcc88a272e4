/** The control: directions of no meaning, as long as those of `dim` and chosen among in the same way. */
import { createRandom } from '../stats/random.ts';
import { norm } from '../tensor/norm.ts';
import { fitVectors } from './dim.ts';
import type { SteeringMethod } from './method.ts';

export const randomDirection: SteeringMethod = {
  id: 'random',
  title: 'a random direction (control)',
  positions: 'none: only the length is that of the difference of means',
  fit: (data, bench, { seed }) =>
    fitVectors(data, bench, (directions) => {
      const random = createRandom(seed);
      return directions.map((direction) => {
        const drawn = direction.map(() => random.normal());
        const scale = norm(direction) / norm(drawn);
        return drawn.map((value) => value * scale);
      });
    }),
};
