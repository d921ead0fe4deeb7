export { mergeYaml, writeYaml } from './merge';
export { type ParsedYaml, parseYaml } from './parse';
