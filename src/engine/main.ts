/** The engine's process. Started by a front end, serves it, and ends with it. */
import { engineSchemas } from '../protocol/engineSchemas.ts';
import type { EngineService } from '../protocol/engineService.ts';
import { runEngineChild } from './process/childShell.ts';
import { createEngineService } from './service/engineService.ts';

await runEngineChild<EngineService>(createEngineService, engineSchemas);
