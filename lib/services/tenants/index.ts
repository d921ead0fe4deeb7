export { createTenant } from './create-tenant';
export { getTenant } from './get-tenant';
export { listTenants } from './list-tenants';
