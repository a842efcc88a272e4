/**
 * 64 places that ask for code, in files of four languages: what the wrong-language rate is measured on. Tasks that nothing
 * was fitted or tuned on; four kinds of surroundings, so that neither an empty file nor a full one decides the figure.
 */
import type { LanguageId } from '../../src/core/language/languages.ts';

export const PLACE_LANGUAGES = ['cpp', 'java', 'javascript', 'rust'] as const satisfies readonly LanguageId[];
export type PlaceLanguage = (typeof PLACE_LANGUAGES)[number];

export const SURROUNDINGS = ['empty', 'after code', 'before code', 'body'] as const;
export type Surroundings = (typeof SURROUNDINGS)[number];

export interface StudyPlace {
  readonly id: string;
  readonly language: PlaceLanguage;
  readonly surroundings: Surroundings;
  /** The file up to the cursor, and after it. */
  readonly before: string;
  readonly after: string;
}

/** What is asked, as comments ask it. */
const REQUESTS = [
  ['gcd', 'Compute the greatest common divisor of two whole numbers.'],
  ['palindrome', 'Check whether a word reads the same backwards.'],
  ['vowels', 'Count the vowels in a text.'],
  ['celsius', 'Convert temperatures from Celsius to Fahrenheit and back.'],
  ['binary', 'Write a whole number in binary digits.'],
  ['largest', 'Find the two largest numbers of a list.'],
  ['rotate', 'Rotate a list by k places to the left.'],
  ['anagram', 'Check whether two words are anagrams of each other.'],
  ['collatz', 'Count the steps of the Collatz sequence until it reaches one.'],
  ['merge', 'Merge two sorted lists into one sorted list.'],
  ['stack', 'A stack of numbers with push, pop and peek.'],
  ['words', 'Count how often each word occurs in a text.'],
  ['perfect', 'Check whether a number equals the sum of its divisors.'],
  ['caesar', 'Shift every letter of a text by three places in the alphabet.'],
  ['leap', 'Check whether a year is a leap year.'],
  ['diagonal', 'Add up the diagonal of a square matrix.'],
] as const;

interface Frame {
  readonly before: (request: string) => string;
  readonly after: string;
}

const alone: Frame = { before: (request) => `// ${request}\n`, after: '' };

/** Ordinary code of each language, none of it on any of the requests. */
const FRAMES: Readonly<Record<PlaceLanguage, Readonly<Record<Surroundings, Frame>>>> = {
  cpp: {
    empty: alone,
    'after code': {
      before: (request) => `#include <string>
#include <vector>

struct Reading {
    std::string sensor;
    double value;
};

double total(const std::vector<Reading>& readings) {
    double sum = 0.0;
    for (const auto& reading : readings) sum += reading.value;
    return sum;
}

// ${request}
`,
      after: '',
    },
    'before code': {
      before: (request) => `#include <iostream>\n\n// ${request}\n`,
      after: `\n\nint main() {\n    std::cout << "ready" << std::endl;\n    return 0;\n}\n`,
    },
    body: {
      before: (request) => `#include <vector>\n\nint solve(std::vector<int> input) {\n    // TODO: ${request}\n    `,
      after: '\n}\n',
    },
  },
  java: {
    empty: alone,
    'after code': {
      before: (request) => `import java.util.List;

public class Readings {
    private final List<Double> values;

    public Readings(List<Double> values) {
        this.values = values;
    }

    public double total() {
        double sum = 0;
        for (double value : values) sum += value;
        return sum;
    }
}

// ${request}
`,
      after: '',
    },
    'before code': {
      before: (request) => `package tools;\n\n// ${request}\n`,
      after: `\n\nclass Main {\n    public static void main(String[] args) {\n        System.out.println("ready");\n    }\n}\n`,
    },
    body: {
      before: (request) =>
        `import java.util.List;\n\npublic class Solver {\n    static int solve(List<Integer> input) {\n        // TODO: ${request}\n        `,
      after: '\n    }\n}\n',
    },
  },
  javascript: {
    empty: alone,
    'after code': {
      before: (request) => `const readings = new Map();

function record(sensor, value) {
  readings.set(sensor, value);
}

function total() {
  let sum = 0;
  for (const value of readings.values()) sum += value;
  return sum;
}

// ${request}
`,
      after: '',
    },
    'before code': {
      before: (request) => `'use strict';\n\n// ${request}\n`,
      after: `\n\nmodule.exports = { start: () => console.log('ready') };\n`,
    },
    body: {
      before: (request) => `const input = [];\n\nfunction solve(items) {\n  // TODO: ${request}\n  `,
      after: '\n}\n',
    },
  },
  rust: {
    empty: alone,
    'after code': {
      before: (request) => `use std::collections::HashMap;

struct Readings {
    values: HashMap<String, f64>,
}

impl Readings {
    fn total(&self) -> f64 {
        self.values.values().sum()
    }
}

// ${request}
`,
      after: '',
    },
    'before code': {
      before: (request) => `use std::io;\n\n// ${request}\n`,
      after: `\n\nfn main() {\n    println!("ready");\n}\n`,
    },
    body: {
      before: (request) => `fn solve(input: &[i64]) -> i64 {\n    // TODO: ${request}\n    `,
      after: '\n}\n',
    },
  },
};

/** Each request once in each language, its surroundings changing from language to language. */
export const STUDY_PLACES: readonly StudyPlace[] = PLACE_LANGUAGES.flatMap((language, l) =>
  REQUESTS.map(([id, request], r) => {
    const surroundings = SURROUNDINGS[(r + l) % SURROUNDINGS.length];
    const { before, after } = FRAMES[language][surroundings];
    return { id: `${language}-${id}`, language, surroundings, before: before(request), after };
  }),
);
