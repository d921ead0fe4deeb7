export { getConfig, putConfig, type VersionedConfig } from './config';
export { checkConfigFile, collectDriftGauges, getConfigDrift } from './drift';
