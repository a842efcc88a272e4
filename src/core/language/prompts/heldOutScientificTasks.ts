/** The held-out split's further scientific tasks, which the study of the methods needs: first the high-level ones, then those of performance. */
import type { CodingTask } from './task.ts';

export const HELD_OUT_SCIENTIFIC_TASKS: readonly CodingTask[] = [
  {
    id: 'limiting-reactant',
    kind: 'high-level',
    instruction:
      'Write a function that finds the limiting reactant and the yield of a reaction from the amounts at hand.',
  },
  {
    id: 'codon-translation',
    kind: 'high-level',
    instruction: 'Write a function that translates messenger RNA into amino acids until it meets a stop codon.',
  },
  {
    id: 'galaxy-redshifts',
    kind: 'high-level',
    instruction: 'Write a program that tabulates the speeds and distances of galaxies from their redshifts.',
  },
  {
    id: 'goodness-of-fit',
    kind: 'high-level',
    instruction:
      'Write a function that tests with a chi-squared statistic whether observed counts agree with expected ones.',
  },
  {
    id: 'drought-length',
    kind: 'high-level',
    instruction: 'Write a program that reports the longest dry spell in several years of daily rainfall.',
  },
  {
    id: 'isotope-age',
    kind: 'high-level',
    instruction: 'Write a function that estimates the age of a mineral from the ratio of two isotopes in it.',
  },
  {
    id: 'price-index',
    kind: 'high-level',
    instruction: 'Write a program that computes yearly inflation from the prices of a basket of goods.',
  },
  {
    id: 'cheapest-diet',
    kind: 'high-level',
    instruction: 'Write a program that finds the cheapest mix of two foods that meets a set of nutritional needs.',
  },
  {
    id: 'bright-spots',
    kind: 'high-level',
    instruction: 'Write a function that counts the bright spots in a small microscope image and describes their sizes.',
  },
  {
    id: 'zero-crossings',
    kind: 'high-level',
    instruction: 'Write a function that estimates the pitch of a short recording from how often it crosses zero.',
  },
  {
    id: 'flight-ranking',
    kind: 'high-level',
    instruction:
      'Write a program that ranks the airports of a flight network by how many others are within one change of plane.',
  },
  {
    id: 'difference-errors',
    kind: 'high-level',
    instruction:
      'Write a program that compares finite differences of several step sizes with an exact derivative and prints the errors.',
  },
  {
    id: 'species-diversity',
    kind: 'high-level',
    instruction: 'Write a function that computes the diversity of species in field counts and ranks the sites by it.',
  },
  {
    id: 'activation-energy',
    kind: 'high-level',
    instruction:
      'Write a function that estimates the activation energy of a reaction from its rates at several temperatures.',
  },
  { id: 'moon-phase', kind: 'high-level', instruction: 'Write a function that tells the phase of the moon on a date.' },
  {
    id: 'test-reliability',
    kind: 'high-level',
    instruction: "Write a function that computes how likely a patient is ill after a positive test by Bayes' theorem.",
  },
  {
    id: 'height-weight-plot',
    kind: 'high-level',
    instruction: 'Write a program that draws a scatter diagram of body height against weight with axes and labels.',
  },
  {
    id: 'survey-groups',
    kind: 'high-level',
    instruction: 'Write a program that groups the answers of a survey by region and summarises each group in a line.',
  },
  {
    id: 'bracket-expansion',
    kind: 'high-level',
    instruction:
      'Write a program that expands a product of two brackets with symbols in them and collects equal terms.',
  },
  {
    id: 'epicentre',
    kind: 'high-level',
    instruction: 'Write a function that locates the source of an earthquake from its arrival at three stations.',
  },
  {
    id: 'market-balance',
    kind: 'high-level',
    instruction: 'Write a function that finds the price at which supply meets demand.',
  },
  {
    id: 'grey-conversion',
    kind: 'high-level',
    instruction: 'Write a function that turns a colour photograph into grey with weights that suit the human eye.',
  },
  {
    id: 'error-propagation',
    kind: 'high-level',
    instruction:
      'Write a function that computes the uncertainty of a quotient of measured quantities from their own uncertainties.',
  },
  {
    id: 'ohm-check',
    kind: 'high-level',
    instruction:
      "Write a program that analyses pairs of voltage and current and says whether a component obeys Ohm's law.",
  },
  {
    id: 'patient-survival',
    kind: 'high-level',
    instruction: 'Write a program that estimates the survival curve of patients in a study from which some drop out.',
  },
  {
    id: 'sample-merging',
    kind: 'high-level',
    instruction:
      'Write a program that groups a few plant samples into a tree by merging the two most similar ones again and again.',
  },
  {
    id: 'shallow-sea',
    kind: 'performance',
    instruction:
      'Write a program that simulates a tsunami over an uneven sea floor with finite volumes on a large map.',
  },
  {
    id: 'lattice-fluid',
    kind: 'performance',
    instruction:
      'Write a program that simulates the flow around a cylinder by streaming and collision on a lattice of millions of sites.',
  },
  {
    id: 'column-orthogonal',
    kind: 'performance',
    instruction: 'Write a function that orthogonalises the columns of a tall matrix in place, one after the other.',
  },
  {
    id: 'conjugate-gradients',
    kind: 'performance',
    instruction:
      'Write a function that solves an enormous sparse system by conjugate gradients without ever storing the matrix.',
  },
  {
    id: 'bit-reversal',
    kind: 'performance',
    instruction:
      'Write a function that reverses the order of the bits inside each of millions of integers without branches.',
  },
  {
    id: 'fingerprint-search',
    kind: 'performance',
    instruction:
      'Write a function that finds the most similar pair among a million binary fingerprints with exclusive-or operations.',
  },
  {
    id: 'sand-heap',
    kind: 'performance',
    instruction: 'Write a program that topples a large heap of sand grain by grain until every cell is stable.',
  },
  {
    id: 'bird-flock',
    kind: 'performance',
    instruction: 'Write a program that simulates a flock of fifty thousand birds that each watch only those nearby.',
  },
  {
    id: 'charged-particles',
    kind: 'performance',
    instruction:
      'Write a program that pushes millions of charged particles through a magnetic field, with the data laid out for the cache.',
  },
  {
    id: 'edge-detection',
    kind: 'performance',
    instruction: 'Write a function that detects the edges in a gigantic image in a single sweep over its rows.',
  },
  {
    id: 'nearest-obstacle',
    kind: 'performance',
    instruction:
      'Write a function that computes for every pixel of a huge mask how far the closest obstacle is, in two sweeps.',
  },
  {
    id: 'wavelet-levels',
    kind: 'performance',
    instruction:
      'Write a function that computes all levels of a wavelet transform of a long recording without a second buffer.',
  },
  {
    id: 'audio-rate',
    kind: 'performance',
    instruction:
      'Write a function that resamples hours of sound to a lower rate with as few multiplications as possible.',
  },
  {
    id: 'motif-search',
    kind: 'performance',
    instruction:
      'Write a function that finds where a motif occurs in a chromosome with a few mismatches by bit-parallel matching.',
  },
  {
    id: 'suffix-order',
    kind: 'performance',
    instruction: 'Write a function that sorts all suffixes of a very long DNA text with little memory.',
  },
  {
    id: 'genome-evolution',
    kind: 'performance',
    instruction:
      'Write a program that evolves a million genomes by mutation and selection over thousands of generations.',
  },
  {
    id: 'page-importance',
    kind: 'performance',
    instruction: 'Write a program that computes the importance of web pages from a compact table of a billion links.',
  },
  {
    id: 'social-triangles',
    kind: 'performance',
    instruction:
      'Write a function that counts the triangles in a large social network by intersecting sorted neighbours.',
  },
  {
    id: 'cable-plan',
    kind: 'performance',
    instruction:
      'Write a function that connects a hundred thousand villages with the least total length of cable, as fast as possible.',
  },
  {
    id: 'pipe-flow',
    kind: 'performance',
    instruction: 'Write a function that computes the largest flow through a big network of water pipes.',
  },
  {
    id: 'stiff-kinetics',
    kind: 'performance',
    instruction:
      'Write a program that integrates stiff chemical rate equations with implicit steps for tens of thousands of reactors.',
  },
  {
    id: 'snow-crystal',
    kind: 'performance',
    instruction: 'Write a program that grows a snow crystal on a large hexagonal grid for many thousands of steps.',
  },
  {
    id: 'neutron-shield',
    kind: 'performance',
    instruction:
      'Write a program that follows millions of neutrons through a shield until each is absorbed or escapes.',
  },
  {
    id: 'quantum-packet',
    kind: 'performance',
    instruction:
      'Write a program that propagates a quantum wave packet against a barrier with very fine space and time steps.',
  },
  {
    id: 'galaxy-pairs',
    kind: 'performance',
    instruction:
      'Write a program that measures the separations of all close pairs in a catalogue of a million galaxies by spatial bins.',
  },
  {
    id: 'satellite-encounters',
    kind: 'performance',
    instruction:
      'Write a program that checks tens of thousands of satellites for close encounters every second, in real time.',
  },
  {
    id: 'ice-ages',
    kind: 'performance',
    instruction:
      'Write a program that steps an energy balance model of the climate through a million years at full speed.',
  },
  {
    id: 'forest-fire',
    kind: 'performance',
    instruction:
      'Write a program that spreads a fire over a map of ten million trees without visiting those that do not burn.',
  },
  {
    id: 'glacier-flow',
    kind: 'performance',
    instruction: 'Write a program that simulates a glacier that creeps down a valley with many tiny time steps.',
  },
  {
    id: 'groundwater',
    kind: 'performance',
    instruction:
      'Write a program that relaxes the pressure of groundwater in millions of cells in alternating colours until it settles.',
  },
  {
    id: 'trading-agents',
    kind: 'performance',
    instruction:
      'Write a program that simulates a market of a hundred thousand agents who trade at random for many rounds.',
  },
  {
    id: 'stochastic-gradient',
    kind: 'performance',
    instruction:
      'Write a function that trains a logistic model on millions of rows by stochastic gradient steps without allocating memory.',
  },
  {
    id: 'particle-swarm',
    kind: 'performance',
    instruction:
      'Write a program that searches for the minimum of a rugged landscape with a swarm of thousands of candidates updated in place.',
  },
  {
    id: 'stream-quantiles',
    kind: 'performance',
    instruction:
      'Write a function that estimates the quantiles of an endless stream of measurements in constant memory.',
  },
  {
    id: 'neighbour-queries',
    kind: 'performance',
    instruction:
      'Write a function that answers millions of queries for the nearest star with a balanced tree inside a flat array.',
  },
  {
    id: 'shift-generator',
    kind: 'performance',
    instruction: 'Write a program that generates a billion random bits with shifts and checks that they are balanced.',
  },
  {
    id: 'polymer-chains',
    kind: 'performance',
    instruction:
      'Write a program that grows millions of polymer chains that never cross themselves, with constant work for each bead.',
  },
  {
    id: 'huge-integers',
    kind: 'performance',
    instruction:
      'Write a function that multiplies whole numbers of many thousands of digits faster than by long multiplication.',
  },
];
