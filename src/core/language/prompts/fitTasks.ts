/** The tasks that directions and probes are fitted on, and layers and strengths chosen on. None may occur in `heldOutTasks.ts`. */
import { FIT_SCIENTIFIC_TASKS } from './fitScientificTasks.ts';
import type { CodingTask } from './task.ts';

/**
 * What `fit`, `probe` and the line probe use: the shipped directions and the published figures were made with these, in
 * this order, so none may be added, moved or removed here.
 */
export const CORE_FIT_TASKS: readonly CodingTask[] = [
  {
    id: 'mean-and-spread',
    kind: 'high-level',
    instruction: 'Write a function that computes the mean and the standard deviation of a list of numbers.',
  },
  {
    id: 'numerical-integral',
    kind: 'high-level',
    instruction:
      'Write a function that approximates the integral of a function over an interval with the trapezoidal rule.',
  },
  {
    id: 'newton-root',
    kind: 'high-level',
    instruction: "Write a function that finds a root of an equation with Newton's method.",
  },
  {
    id: 'matrix-product',
    kind: 'performance',
    instruction: 'Write a function that multiplies two matrices of any compatible sizes.',
  },
  {
    id: 'line-fit',
    kind: 'high-level',
    instruction: 'Write a function that fits a straight line to a set of points by least squares.',
  },
  {
    id: 'projectile',
    kind: 'high-level',
    instruction:
      'Write a program that computes the path of a projectile for a given speed and angle, ignoring air resistance.',
  },
  {
    id: 'orbit-period',
    kind: 'high-level',
    instruction: 'Write a function that computes the period of a planet from the size of its orbit.',
  },
  {
    id: 'random-walk',
    kind: 'performance',
    instruction: 'Write a program that simulates a random walk on a line and reports the distance from the start.',
  },
  {
    id: 'heat-rod',
    kind: 'performance',
    instruction: 'Write a program that simulates how heat spreads along a metal rod over time.',
  },
  {
    id: 'population-growth',
    kind: 'high-level',
    instruction: 'Write a function that simulates logistic growth of a population year by year.',
  },
  {
    id: 'monte-carlo-pi',
    kind: 'performance',
    instruction: 'Write a program that estimates pi by drawing random points in a square.',
  },
  {
    id: 'dot-product',
    kind: 'performance',
    instruction: 'Write a function that computes the dot product of two sequences of numbers.',
  },
  {
    id: 'determinant',
    kind: 'performance',
    instruction: 'Write a function that computes the determinant of a square matrix.',
  },
  {
    id: 'gas-law',
    kind: 'high-level',
    instruction: 'Write a function that computes the pressure of an ideal gas from its volume, amount and temperature.',
  },
  {
    id: 'radioactive-decay',
    kind: 'high-level',
    instruction: 'Write a function that computes how much of a radioactive sample is left after a given time.',
  },
  {
    id: 'pendulum',
    kind: 'performance',
    instruction: 'Write a program that simulates a swinging pendulum with small time steps.',
  },
  {
    id: 'fourier-terms',
    kind: 'high-level',
    instruction: 'Write a function that sums the first terms of the Fourier series of a square wave.',
  },
  {
    id: 'histogram',
    kind: 'high-level',
    instruction: 'Write a function that counts how many measurements fall into each of a number of equal bins.',
  },
  {
    id: 'correlation',
    kind: 'high-level',
    instruction: 'Write a function that computes the correlation coefficient of two series of measurements.',
  },
  {
    id: 'polynomial-value',
    kind: 'high-level',
    instruction: 'Write a function that evaluates a polynomial from its coefficients at a given point.',
  },
  {
    id: 'gene-complement',
    kind: 'high-level',
    instruction: 'Write a function that returns the reverse complement of a strand of DNA.',
  },
  {
    id: 'molar-mass',
    kind: 'high-level',
    instruction: 'Write a function that computes the molar mass of a molecule from the counts of its atoms.',
  },
  {
    id: 'great-circle',
    kind: 'high-level',
    instruction:
      'Write a function that computes the distance between two places on Earth from their latitudes and longitudes.',
  },
  {
    id: 'euler-steps',
    kind: 'performance',
    instruction: "Write a function that solves a first-order differential equation with Euler's method.",
  },
  {
    id: 'signal-energy',
    kind: 'high-level',
    instruction: 'Write a function that computes the energy of a sampled signal.',
  },
  {
    id: 'linear-system',
    kind: 'performance',
    instruction: 'Write a function that solves a system of linear equations by elimination.',
  },
  {
    id: 'epidemic',
    kind: 'high-level',
    instruction:
      'Write a program that simulates the spread of an infection with susceptible, infected and recovered people.',
  },
  {
    id: 'nearest-centre',
    kind: 'high-level',
    instruction: 'Write a function that assigns each point in the plane to the nearest of several centres.',
  },
  {
    id: 'resistor-network',
    kind: 'high-level',
    instruction: 'Write a function that computes the total resistance of resistors connected in parallel.',
  },
  {
    id: 'exponential-smoothing',
    kind: 'high-level',
    instruction: 'Write a function that smooths a time series with an exponential average.',
  },
  {
    id: 'binomial-odds',
    kind: 'high-level',
    instruction:
      'Write a function that computes the probability of a given number of heads in a number of coin tosses.',
  },
  {
    id: 'wave-sum',
    kind: 'high-level',
    instruction: 'Write a function that adds two sine waves of different frequencies and returns the samples.',
  },
  {
    id: 'palindrome',
    kind: 'general',
    instruction: 'Write a function that checks whether a word reads the same in both directions.',
  },
  {
    id: 'word-count',
    kind: 'general',
    instruction: 'Write a function that counts how often each word occurs in a text.',
  },
  { id: 'largest-number', kind: 'general', instruction: 'Write a function that finds the largest number in a list.' },
  { id: 'prime-check', kind: 'general', instruction: 'Write a function that decides whether a number is prime.' },
  { id: 'factorial', kind: 'general', instruction: 'Write a function that computes the factorial of a whole number.' },
  { id: 'reverse-text', kind: 'general', instruction: 'Write a function that reverses the characters of a text.' },
  {
    id: 'binary-search',
    kind: 'general',
    instruction: 'Write a function that searches a sorted list for a value by halving the range.',
  },
  {
    id: 'bubble-sort',
    kind: 'general',
    instruction: 'Write a function that sorts a list of numbers by swapping neighbours.',
  },
  { id: 'vowels', kind: 'general', instruction: 'Write a function that counts the vowels in a sentence.' },
  { id: 'leap-year', kind: 'general', instruction: 'Write a function that tells whether a year is a leap year.' },
  {
    id: 'temperature-scale',
    kind: 'general',
    instruction: 'Write a function that converts a temperature from Celsius to Fahrenheit.',
  },
  {
    id: 'stack',
    kind: 'general',
    instruction: 'Write a stack of numbers with operations to push, pop and look at the top.',
  },
  {
    id: 'linked-list',
    kind: 'general',
    instruction: 'Write a linked list of numbers with operations to add an element and to print all elements.',
  },
  {
    id: 'bank-account',
    kind: 'general',
    instruction: 'Write a bank account that accepts deposits and refuses withdrawals beyond its balance.',
  },
  {
    id: 'shopping-total',
    kind: 'general',
    instruction: 'Write a function that adds up the prices in a shopping cart and applies a discount.',
  },
  {
    id: 'line-count',
    kind: 'general',
    instruction: 'Write a program that reads a text file and prints the number of lines in it.',
  },
  {
    id: 'common-divisor',
    kind: 'general',
    instruction: 'Write a function that computes the greatest common divisor of two numbers.',
  },
  {
    id: 'fibonacci',
    kind: 'general',
    instruction: 'Write a function that returns the first numbers of the Fibonacci sequence.',
  },
  {
    id: 'anagrams',
    kind: 'general',
    instruction: 'Write a function that checks whether two words are anagrams of each other.',
  },
  {
    id: 'remove-duplicates',
    kind: 'general',
    instruction: 'Write a function that removes the duplicates from a list and keeps the order.',
  },
  { id: 'digit-sum', kind: 'general', instruction: 'Write a function that adds the digits of a whole number.' },
  {
    id: 'password-check',
    kind: 'general',
    instruction: 'Write a function that checks whether a password is long enough and contains a digit and a letter.',
  },
  {
    id: 'grade-letter',
    kind: 'general',
    instruction: 'Write a function that turns a score from zero to one hundred into a letter grade.',
  },
  {
    id: 'guessing-game',
    kind: 'general',
    instruction:
      'Write a program that lets the user guess a secret number and says whether the guess is too high or too low.',
  },
  { id: 'even-numbers', kind: 'general', instruction: 'Write a function that keeps only the even numbers of a list.' },
  {
    id: 'caesar-cipher',
    kind: 'general',
    instruction: 'Write a function that shifts each letter of a message by a fixed number of places in the alphabet.',
  },
  { id: 'binary-digits', kind: 'general', instruction: 'Write a function that writes a whole number in base two.' },
  {
    id: 'merge-sorted',
    kind: 'general',
    instruction: 'Write a function that merges two sorted lists into one sorted list.',
  },
  {
    id: 'second-smallest',
    kind: 'general',
    instruction: 'Write a function that finds the second smallest value in a list.',
  },
  {
    id: 'to-do-items',
    kind: 'general',
    instruction: 'Write a small to-do manager that can add a task, mark it as done and show all tasks.',
  },
  {
    id: 'phone-book',
    kind: 'general',
    instruction: 'Write a phone book that stores names with numbers and finds the number of a name.',
  },
  { id: 'longest-word', kind: 'general', instruction: 'Write a function that finds the longest word in a sentence.' },
];

/** All tasks of the split, the core ones first. */
export const FIT_TASKS: readonly CodingTask[] = [...CORE_FIT_TASKS, ...FIT_SCIENTIFIC_TASKS];
