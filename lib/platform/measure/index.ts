export { type RecordedStatement, recordStatements } from './recorded';
export { measureSql, type Rate, type SqlLoad } from './sql-load';
