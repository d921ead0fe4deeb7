export { RecordedStatement, recordStatements } from './recorded';
export { createScratchDatabase, type ScratchDatabase } from './scratch-database';
export { measureSql, type Rate, type SqlLoad } from './sql-load';
