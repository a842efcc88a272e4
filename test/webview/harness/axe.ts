/** axe-core in a page: what is known to keep people out, found by rules. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import type { PanelPage } from './panelPage.ts';

const SOURCE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** All rules that are on by themselves, and the size of what is clicked. */
const OPTIONS = { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } };

/** The rule, the elements, and what is wrong with the first of them. */
const RUN = `(async () => {
  const { violations } = await axe.run(document, ${JSON.stringify(OPTIONS)});
  return violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).join(', ') + '; ' + nodes[0].failureSummary);
})()`;

/** What axe finds against the page as it is now, a line each. */
export async function violationsOn({ page }: PanelPage): Promise<readonly string[]> {
  // Not by a script element: the page's policy would refuse it.
  if (!(await page.evaluate<boolean>('window.axe !== undefined'))) await page.evaluate(SOURCE);
  return page.evaluate(RUN);
}
