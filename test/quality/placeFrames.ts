/**
 * Ordinary code in seven languages, none of it on any task: what the places of the wrong-language study are made in. Only
 * text; `placesData.ts` puts it together.
 */
import type { LanguageId } from '../../src/core/language/languages.ts';

/** Those that directions lead to, or might, and Python, which this model falls into by itself. */
export const PLACE_LANGUAGES = [
  'cpp',
  'java',
  'javascript',
  'rust',
  'typescript',
  'go',
  'python',
] as const satisfies readonly LanguageId[];
export type PlaceLanguage = (typeof PLACE_LANGUAGES)[number];

export interface Frame {
  /** What a file begins with. */
  readonly head: string;
  /** Complete code, about a dozen lines of it. */
  readonly code: string;
  /** More complete code, that may stand at the end of a file. */
  readonly end: string;
  /** A file up to the inside of an empty function, and after it. */
  readonly open: string;
  readonly close: string;
  readonly indent: string;
  /** The same function below (in Python: above) a comment that documents it. */
  readonly documented: (words: string) => string;
}

export const FRAMES: Readonly<Record<PlaceLanguage, Frame>> = {
  cpp: {
    head: '#include <iostream>\n#include <vector>\n',
    code: `struct Reading {
    std::string sensor;
    double value;
};

double total(const std::vector<Reading>& readings) {
    double sum = 0.0;
    for (const auto& reading : readings) {
        if (reading.value > 0) sum += reading.value;
    }
    return sum;
}
`,
    end: 'int main() {\n    std::cout << "ready" << std::endl;\n    return 0;\n}\n',
    open: '#include <vector>\n\ndouble solve(const std::vector<double>& input) {\n',
    close: '}\n',
    indent: '    ',
    documented: (words) => `#include <vector>\n\n/// ${words}\ndouble solve(const std::vector<double>& input) {\n`,
  },
  java: {
    head: 'package tools;\n',
    code: `class Readings {
    private final java.util.List<Double> values;

    Readings(java.util.List<Double> values) {
        this.values = values;
    }

    double total() {
        double sum = 0;
        for (double value : values) {
            if (value > 0) sum += value;
        }
        return sum;
    }
}
`,
    end: 'class Main {\n    public static void main(String[] args) {\n        System.out.println("ready");\n    }\n}\n',
    open: 'public class Solver {\n    static double solve(double[] input) {\n',
    close: '    }\n}\n',
    indent: '        ',
    documented: (words) =>
      `public class Solver {\n    /**\n     * ${words}\n     */\n    static double solve(double[] input) {\n`,
  },
  javascript: {
    head: "'use strict';\n",
    code: `const readings = new Map();

function record(sensor, value) {
  readings.set(sensor, value);
}

function total() {
  const values = [...readings.values()];
  let sum = 0;
  for (const value of values) {
    if (value > 0) sum += value;
  }
  return sum;
}
`,
    end: "module.exports = { start: () => console.log('ready') };\n",
    open: 'const input = [];\n\nfunction solve(items) {\n',
    close: '}\n',
    indent: '  ',
    documented: (words) => `const input = [];\n\n/**\n * ${words}\n */\nfunction solve(items) {\n`,
  },
  rust: {
    head: 'use std::io;\n',
    code: `struct Readings {
    values: Vec<f64>,
}

impl Readings {
    fn total(&self) -> f64 {
        let mut sum = 0.0;
        for value in &self.values {
            if *value > 0.0 {
                sum += value;
            }
        }
        sum
    }
}
`,
    end: 'fn main() {\n    println!("ready");\n}\n',
    open: 'fn solve(input: &[f64]) -> f64 {\n',
    close: '}\n',
    indent: '    ',
    documented: (words) => `/// ${words}\nfn solve(input: &[f64]) -> f64 {\n`,
  },
  typescript: {
    head: "import { readFileSync } from 'node:fs';\n",
    code: `interface Reading {
  readonly sensor: string;
  readonly value: number;
}

function total(readings: readonly Reading[]): number {
  let sum = 0;
  for (const { value } of readings) {
    if (value > 0) sum += value;
  }
  return sum;
}
`,
    end: "export function start(name: string): void {\n  console.log('ready', name);\n}\n",
    open: 'export function solve(input: number[]): number {\n',
    close: '}\n',
    indent: '  ',
    documented: (words) => `/**\n * ${words}\n */\nexport function solve(input: number[]): number {\n`,
  },
  go: {
    head: 'package tools\n',
    code: `type Reading struct {
\tSensor string
\tValue  float64
}

func total(readings []Reading) float64 {
\tsum := 0.0
\tfor _, reading := range readings {
\t\tif reading.Value > 0 {
\t\t\tsum += reading.Value
\t\t}
\t}
\treturn sum
}
`,
    end: 'func main() {\n\tprintln("ready")\n}\n',
    open: 'package tools\n\nfunc solve(input []float64) float64 {\n',
    close: '}\n',
    indent: '\t',
    documented: (words) => `package tools\n\n// ${words}\nfunc solve(input []float64) float64 {\n`,
  },
  python: {
    head: 'import sys\n',
    code: `class Readings:
    def __init__(self, values):
        self.values = values

    def total(self):
        result = 0
        for value in self.values:
            if value > 0:
                result += value
        return result
`,
    end: "if __name__ == '__main__':\n    print('ready', sys.argv)\n",
    open: 'def solve(values):\n',
    close: '\n\nsolve([])\n',
    indent: '    ',
    documented: (words) => `def solve(values):\n    """${words}"""\n`,
  },
};
