/** The tasks that results are measured on. Nothing is fitted or chosen on them, so that a result is of tasks never seen. */
import { HELD_OUT_SCIENTIFIC_TASKS } from './heldOutScientificTasks.ts';
import type { CodingTask } from './task.ts';

/**
 * What every front end measures with: published figures are of these, in this order, so none may be added, moved or
 * removed here.
 */
export const CORE_HELD_OUT_TASKS: readonly CodingTask[] = [
  {
    id: 'running-mean',
    kind: 'high-level',
    instruction: 'Write a function that computes the running mean of a list of numbers.',
  },
  {
    id: 'simpson-rule',
    kind: 'high-level',
    instruction: "Write a function that integrates a function numerically with Simpson's rule.",
  },
  {
    id: 'bisection',
    kind: 'high-level',
    instruction: 'Write a function that finds where a continuous function crosses zero by bisecting an interval.',
  },
  {
    id: 'matrix-transpose',
    kind: 'performance',
    instruction: 'Write a function that transposes a rectangular matrix.',
  },
  {
    id: 'median-value',
    kind: 'high-level',
    instruction: 'Write a function that computes the median of a set of measurements.',
  },
  {
    id: 'free-fall',
    kind: 'high-level',
    instruction: 'Write a function that computes how long an object takes to fall from a given height.',
  },
  {
    id: 'kinetic-energy',
    kind: 'high-level',
    instruction: 'Write a function that computes the kinetic energy of a moving body.',
  },
  {
    id: 'predator-prey',
    kind: 'high-level',
    instruction: 'Write a program that simulates foxes and rabbits whose numbers depend on each other.',
  },
  {
    id: 'spring-motion',
    kind: 'performance',
    instruction: 'Write a program that simulates a mass on a spring with friction.',
  },
  {
    id: 'euclidean-distance',
    kind: 'high-level',
    instruction: 'Write a function that computes the distance between two points in space.',
  },
  {
    id: 'guanine-cytosine',
    kind: 'high-level',
    instruction: 'Write a function that computes the share of guanine and cytosine in a DNA sequence.',
  },
  {
    id: 'compound-concentration',
    kind: 'high-level',
    instruction: 'Write a function that computes the concentration of a solution after it is diluted.',
  },
  {
    id: 'power-iteration',
    kind: 'performance',
    instruction: 'Write a function that finds the largest eigenvalue of a matrix by repeated multiplication.',
  },
  {
    id: 'normalise-data',
    kind: 'high-level',
    instruction: 'Write a function that rescales measurements so that they lie between zero and one.',
  },
  {
    id: 'lens-equation',
    kind: 'high-level',
    instruction: 'Write a function that computes where a thin lens forms the image of an object.',
  },
  {
    id: 'dice-experiment',
    kind: 'high-level',
    instruction: 'Write a program that rolls two dice many times and prints how often each sum occurs.',
  },
  {
    id: 'linear-interpolation',
    kind: 'high-level',
    instruction: 'Write a function that interpolates linearly between measured points.',
  },
  {
    id: 'escape-velocity',
    kind: 'high-level',
    instruction: 'Write a function that computes the speed needed to escape from a planet.',
  },
  {
    id: 'game-of-life',
    kind: 'performance',
    instruction: 'Write a function that computes the next generation of cells on a grid in the game of life.',
  },
  {
    id: 'autocorrelation',
    kind: 'high-level',
    instruction: 'Write a function that computes the autocorrelation of a signal at a given lag.',
  },
  {
    id: 'sum-of-squares',
    kind: 'general',
    instruction: 'Write a function that adds the squares of the numbers from one to a given number.',
  },
  {
    id: 'prime-list',
    kind: 'general',
    instruction: 'Write a function that lists all primes below a limit with a sieve.',
  },
  {
    id: 'least-common-multiple',
    kind: 'general',
    instruction: 'Write a function that computes the least common multiple of two numbers.',
  },
  {
    id: 'word-lengths',
    kind: 'general',
    instruction: 'Write a function that returns the length of every word in a sentence.',
  },
  {
    id: 'insertion-sort',
    kind: 'general',
    instruction: 'Write a function that sorts numbers by inserting each one at its place.',
  },
  {
    id: 'queue',
    kind: 'general',
    instruction: 'Write a queue of customers with operations to join at the end and to serve the first.',
  },
  {
    id: 'rotate-list',
    kind: 'general',
    instruction: 'Write a function that rotates the elements of a list by a number of places.',
  },
  {
    id: 'roman-numerals',
    kind: 'general',
    instruction: 'Write a function that converts a whole number to Roman numerals.',
  },
  {
    id: 'character-frequency',
    kind: 'general',
    instruction: 'Write a function that finds the character that occurs most often in a text.',
  },
  {
    id: 'power-of-two',
    kind: 'general',
    instruction: 'Write a function that checks whether a whole number is a power of two.',
  },
  {
    id: 'simple-interest',
    kind: 'general',
    instruction: 'Write a function that computes the interest on a loan over a number of years.',
  },
  {
    id: 'balanced-brackets',
    kind: 'general',
    instruction: 'Write a function that checks whether the brackets in an expression are balanced.',
  },
  {
    id: 'temperature-table',
    kind: 'general',
    instruction: 'Write a program that prints a table of temperatures in two scales.',
  },
  {
    id: 'index-of-minimum',
    kind: 'general',
    instruction: 'Write a function that returns the position of the smallest element of a list.',
  },
  {
    id: 'student-averages',
    kind: 'general',
    instruction: 'Write a program that stores students with their marks and prints the average of each.',
  },
  {
    id: 'capitalise-words',
    kind: 'general',
    instruction: 'Write a function that makes the first letter of every word a capital letter.',
  },
  {
    id: 'count-down',
    kind: 'general',
    instruction: 'Write a program that counts down from ten and then prints a message.',
  },
  {
    id: 'tree-insert',
    kind: 'general',
    instruction: 'Write a binary search tree with operations to insert a number and to look one up.',
  },
  {
    id: 'tic-tac-toe',
    kind: 'general',
    instruction: 'Write a function that tells whether somebody has won a game of tic-tac-toe.',
  },
  {
    id: 'clock-difference',
    kind: 'general',
    instruction: 'Write a function that computes the minutes between two times of the same day.',
  },
];

/** All tasks of the split, the core ones first. */
export const HELD_OUT_TASKS: readonly CodingTask[] = [...CORE_HELD_OUT_TASKS, ...HELD_OUT_SCIENTIFIC_TASKS];
