export {
  countDifferences,
  type Difference,
  type Differences,
  findDifferences,
  type Identify,
  isRecord,
  isSame,
} from './diff';
