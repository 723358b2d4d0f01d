import { runStages } from './runStages.mjs';

// npm test                     everything
// npm test -- --only unit,ui   some stages

await runStages(() => import('./testStages.mjs'));
