/** Our side of `npm run bench:extraction`, a process of its own: each line on stdin is a request, answered by one line. */
import fs from 'node:fs/promises';
import readline from 'node:readline';
import { residPost } from '../../src/core/graph/hooks.ts';
import { openModel } from '../../src/engine/model/loadedModel.ts';
import { SAMPLE_WIDTH, type ExtractionJob, type ExtractionRequest, type ExtractionTurn } from './extractionJob.ts';

const job = JSON.parse(await fs.readFile(`${process.argv[2]}/job.json`, 'utf8')) as ExtractionJob;
const model = await openModel(
  { model: job.model, precision: 'exact', threads: job.threads, home: job.home, get: false },
  { signal: new AbortController().signal, emit: () => undefined },
);
const { dModel } = model.config;

async function extract({ first, count, batch, layers }: ExtractionRequest): Promise<ExtractionTurn> {
  const hooks = Array.from({ length: layers }, (_, layer) => residPost(layer));
  const length = job.prompts[first].length;
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  let numbers = 0;
  let sample: number[] = [];
  for (let done = 0; done < count; done += batch) {
    const rows = job.prompts.slice(first + done, first + Math.min(done + batch, count));
    const values = await model.observed.runRows(rows, hooks);
    for (const value of values.values()) numbers += value.length;
    const at = (length - 1) * dModel;
    if (done === 0) sample = [...values.values()].flatMap((value) => [...value.subarray(at, at + SAMPLE_WIDTH)]);
  }
  const wallMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000, numbers, sample };
}

console.log('{}');
for await (const line of readline.createInterface({ input: process.stdin }))
  console.log(JSON.stringify(await extract(JSON.parse(line) as ExtractionRequest)));
