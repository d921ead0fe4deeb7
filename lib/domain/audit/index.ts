export { canonicalJson } from './canonical';
export { CHAIN_START, type ChainLink, type ChainVerdict, chainInput, verifyChain } from './chain';
export { columnProblem, differingFields } from './columns';
