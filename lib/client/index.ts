export { ApiProblem, type ClientProblemCode, isApiProblem } from './api-problem';
export { type CallInput, type CallOptions, type Client, type ClientOptions, createClient } from './client';
export { type Credentials, signIn, type TenantChoice, tenantChoices } from './sign-in';
