export * from './events';
export * from './insights';
export * from './operation';
export { type OperationId, operations } from './operations';
export * from './people';
export * from './policy';
export * from './requests';
export * from './scalars';
export * from './webhooks';
