import { vectorsContract } from '#ports/vectors.contract.ts';
import { MemoryVectors } from './memory-vectors.ts';

vectorsContract(() => new MemoryVectors());
