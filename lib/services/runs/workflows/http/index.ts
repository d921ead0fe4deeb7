export { ALLOWED_HOST } from './hosts';
export { http } from './http';
export { SECRET_NAME } from './params';
