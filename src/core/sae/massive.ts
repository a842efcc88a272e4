/**
 * A position whose norm is more than this many times the median of all is left out of training and of evaluation: it holds the
 * attention's sink and no content (Sun et al. 2024, arXiv 2402.17762). The rule is that of `dictionary_learning`.
 */
export const MASSIVE_MULTIPLE = 10;
