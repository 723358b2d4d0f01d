// What the rest loads once an engine is needed, as one file: everything that speaks to engines.
export { DockerConnection } from './dockerConnection.ts';
export { engineCandidates } from './engineCandidates.ts';
export { hostSubnets } from './hostSubnets.ts';
