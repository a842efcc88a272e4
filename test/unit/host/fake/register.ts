/**
 * Makes `vscode` the fake one for every module that is imported from here on. A test imports this file as it is, and what
 * it tests by `await import(...)`, since imports of a file are resolved before any of them runs.
 */
import { register } from 'node:module';

register('./loader.mjs', import.meta.url);
