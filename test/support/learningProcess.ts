// Has a proxy let everything out, in a process of its own, to be killed as an extension host is.
import { EveryName } from '../../src/workspaces/proxy/everyName.ts';
import { connectTo } from './engine.ts';

const [socketPath = '', containerId = ''] = process.argv.slice(2);
const engine = await connectTo(`unix://${socketPath}`).get();
await EveryName.begin(engine, containerId, { presets: [], allow: ['a.example.test'], deny: [] }, []);
process.stdout.write('begun\n');
setInterval(() => undefined, 1000);
