export { mergeYaml, writeYaml } from './merge';
export { commentsOf, isWrittenAsJson, type ParsedYaml, type Place, parseYaml } from './parse';
