import { runStages } from './runStages.mjs';

// npm run soak                     the long forms of what npm test runs for a moment
// npm run soak -- --only load      some of them

await runStages(() => import('./soakStages.mjs'));
