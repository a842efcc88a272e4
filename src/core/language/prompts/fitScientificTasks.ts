/** The fit split's further scientific tasks, which the study of the methods needs: first the high-level ones, then those of performance. */
import type { CodingTask } from './task.ts';

export const FIT_SCIENTIFIC_TASKS: readonly CodingTask[] = [
  {
    id: 'genotype-equilibrium',
    kind: 'high-level',
    instruction:
      'Write a function that computes the expected genotype frequencies of a population in equilibrium from the frequency of one allele.',
  },
  {
    id: 'weak-acid',
    kind: 'high-level',
    instruction:
      'Write a function that computes the pH of a weak acid from its concentration and its dissociation constant.',
  },
  {
    id: 'quake-energy',
    kind: 'high-level',
    instruction:
      'Write a program that estimates the energy that earthquakes release from their magnitudes and prints them side by side.',
  },
  {
    id: 'star-classes',
    kind: 'high-level',
    instruction:
      'Write a program that orders a catalogue of stars by brightness and summarises how many belong to each spectral class.',
  },
  {
    id: 'temperature-anomaly',
    kind: 'high-level',
    instruction:
      'Write a program that reports by how much the temperature of each year departs from the average of a reference period.',
  },
  {
    id: 'two-sample-test',
    kind: 'high-level',
    instruction:
      'Write a function that compares two samples by a t statistic and says whether they differ significantly.',
  },
  {
    id: 'resampled-interval',
    kind: 'high-level',
    instruction:
      'Write a function that estimates a confidence interval by resampling the measurements with replacement.',
  },
  {
    id: 'symbolic-derivative',
    kind: 'high-level',
    instruction:
      'Write a program that differentiates an expression in one variable symbolically and shows the derivative as a formula.',
  },
  {
    id: 'income-inequality',
    kind: 'high-level',
    instruction:
      'Write a function that computes the Gini coefficient of household incomes and the share of the richest tenth.',
  },
  {
    id: 'present-value',
    kind: 'high-level',
    instruction: 'Write a function that computes the net present value of an investment from its yearly cash flows.',
  },
  {
    id: 'rainfall-bars',
    kind: 'high-level',
    instruction: 'Write a program that draws a bar chart of the rainfall in each month with plain characters.',
  },
  {
    id: 'spectrum-peaks',
    kind: 'high-level',
    instruction: 'Write a function that finds the peaks of a noisy spectrum and tabulates their positions and heights.',
  },
  {
    id: 'experiment-budget',
    kind: 'high-level',
    instruction:
      'Write a program that chooses which experiments to pay for from a small budget so that their total benefit is largest.',
  },
  {
    id: 'friendship-degrees',
    kind: 'high-level',
    instruction:
      'Write a program that summarises a friendship network by how many friends people have and who has the most.',
  },
  {
    id: 'sensor-cleaning',
    kind: 'high-level',
    instruction:
      'Write a program that cleans a table of sensor readings by dropping missing entries and marking outliers.',
  },
  {
    id: 'unit-conversion',
    kind: 'high-level',
    instruction:
      'Write a program that converts physical quantities between units and refuses to mix dimensions that disagree.',
  },
  {
    id: 'equation-balance',
    kind: 'high-level',
    instruction: 'Write a function that checks whether a chemical equation has the same atoms on both sides.',
  },
  {
    id: 'silica-classes',
    kind: 'high-level',
    instruction:
      'Write a program that classifies volcanic rock samples by their share of silica and describes each class.',
  },
  {
    id: 'image-contrast',
    kind: 'high-level',
    instruction:
      'Write a function that stretches the contrast of a small grey image so that it uses all brightness levels.',
  },
  {
    id: 'gravity-bodies',
    kind: 'performance',
    instruction:
      'Write a program that simulates thousands of bodies that attract each other by gravity, as fast as possible.',
  },
  {
    id: 'wave-membrane',
    kind: 'performance',
    instruction:
      'Write a program that solves the wave equation on a large two-dimensional grid with explicit time steps.',
  },
  {
    id: 'sparse-product',
    kind: 'performance',
    instruction:
      'Write a function that multiplies a huge sparse matrix by a column of values and touches only the entries that are not zero.',
  },
  {
    id: 'prefix-totals',
    kind: 'performance',
    instruction:
      'Write a function that replaces every element of a very long array by the total up to it, in place and without extra memory.',
  },
  {
    id: 'set-bits',
    kind: 'performance',
    instruction:
      'Write a function that counts the set bits in a large block of machine words with as few operations as possible.',
  },
  {
    id: 'fast-transform',
    kind: 'performance',
    instruction: 'Write a function that computes the fast Fourier transform of a long signal in place.',
  },
  {
    id: 'magnetic-spins',
    kind: 'performance',
    instruction:
      'Write a program that simulates magnetic spins on a large lattice through many millions of random flips.',
  },
  {
    id: 'triangular-factor',
    kind: 'performance',
    instruction: "Write a function that factorises a large symmetric positive matrix in place by Cholesky's method.",
  },
  {
    id: 'running-blur',
    kind: 'performance',
    instruction:
      'Write a function that blurs a very large photograph by running totals so that the cost does not depend on the radius.',
  },
  {
    id: 'link-distances',
    kind: 'performance',
    instruction:
      'Write a function that finds the number of hops from one computer to all others in a network of ten million cables.',
  },
  {
    id: 'protein-alignment',
    kind: 'performance',
    instruction:
      'Write a function that aligns two long proteins by dynamic programming while it holds only two rows in memory.',
  },
  {
    id: 'argon-atoms',
    kind: 'performance',
    instruction:
      'Write a program that simulates thousands of argon atoms with short-range forces and finds the neighbours of an atom by cells.',
  },
  {
    id: 'escape-picture',
    kind: 'performance',
    instruction: 'Write a program that computes a large picture of the Mandelbrot set as fast as possible.',
  },
  {
    id: 'tridiagonal-solve',
    kind: 'performance',
    instruction:
      'Write a function that solves a tridiagonal system with millions of unknowns in one pass forwards and one backwards.',
  },
  {
    id: 'detector-sort',
    kind: 'performance',
    instruction:
      'Write a function that sorts hundreds of millions of detector counts by their digits, without comparing any two.',
  },
  {
    id: 'ring-road',
    kind: 'performance',
    instruction:
      'Write a program that simulates a hundred thousand cars on a ring road as cells that all move at once.',
  },
  {
    id: 'smoke-advection',
    kind: 'performance',
    instruction:
      'Write a program that carries smoke through a wind field on a fine grid with an upwind scheme that reuses its buffers.',
  },
  {
    id: 'chaotic-ensemble',
    kind: 'performance',
    instruction:
      'Write a program that integrates a million independent copies of a chaotic weather model with fourth-order steps.',
  },
  {
    id: 'option-paths',
    kind: 'performance',
    instruction: 'Write a program that prices a share option by drawing millions of price paths in a tight loop.',
  },
  {
    id: 'normal-samples',
    kind: 'performance',
    instruction:
      'Write a function that fills a very large array with normally distributed random values at high speed.',
  },
  {
    id: 'audio-filter',
    kind: 'performance',
    instruction: 'Write a function that applies a long finite filter to millions of audio samples with a ring buffer.',
  },
  {
    id: 'genome-words',
    kind: 'performance',
    instruction:
      'Write a function that counts all short words of a whole genome by packing each of them into the bits of an integer.',
  },
  {
    id: 'drainage-paths',
    kind: 'performance',
    instruction:
      'Write a program that computes the drainage of a terrain of many millions of cells by steepest descent.',
  },
  {
    id: 'city-tour',
    kind: 'performance',
    instruction:
      'Write a program that shortens a tour through thousands of cities by simulated annealing with cheap incremental updates.',
  },
  {
    id: 'all-distances',
    kind: 'performance',
    instruction:
      'Write a function that computes the shortest routes between all pairs of junctions of a dense road map in place.',
  },
  {
    id: 'reacting-chemicals',
    kind: 'performance',
    instruction:
      'Write a program that simulates two chemicals that react and diffuse on a large surface with double buffering.',
  },
  {
    id: 'cell-reactions',
    kind: 'performance',
    instruction:
      'Write a program that simulates millions of chance reactions between the molecules of a cell, one event at a time.',
  },
  {
    id: 'layered-rays',
    kind: 'performance',
    instruction:
      'Write a program that traces millions of light rays through a pile of glass plates as fast as possible.',
  },
  {
    id: 'compensated-sum',
    kind: 'performance',
    instruction:
      'Write a function that adds hundreds of millions of values of very different size without losing precision or speed.',
  },
  {
    id: 'seismic-pulse',
    kind: 'performance',
    instruction:
      'Write a program that propagates a seismic pulse through layered ground with a staggered scheme that makes good use of the cache.',
  },
  {
    id: 'kepler-batch',
    kind: 'performance',
    instruction: "Write a function that solves Kepler's equation for millions of comets in a loop without branches.",
  },
  {
    id: 'percolation',
    kind: 'performance',
    instruction:
      'Write a program that decides whether water percolates through a huge random material by merging clusters quickly.',
  },
  {
    id: 'tiled-rotation',
    kind: 'performance',
    instruction:
      'Write a function that turns a huge satellite picture by a quarter in place, tile by tile, so that it stays in the cache.',
  },
];
