export { changePassword } from './change-password';
export { allowCliLogin, type CliGrant, cliScopes, finishCliLogin, readCliCode } from './cli-login';
export { getMe } from './get-me';
export { listSignIns, type SignIn } from './list-sign-ins';
export { signOutEverywhere } from './sign-out-everywhere';
