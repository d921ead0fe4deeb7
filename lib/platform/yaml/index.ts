export { mergeYaml, writeYaml } from './merge';
export { commentsOf, type ParsedYaml, type Place, parseYaml } from './parse';
