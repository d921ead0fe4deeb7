export { changePassword } from './change-password';
export { getMe } from './get-me';
export { listSignIns, type SignIn } from './list-sign-ins';
export { signOutEverywhere } from './sign-out-everywhere';
