export { type Archived, type ArchiveOptions, archiveOld } from './archive-old';
