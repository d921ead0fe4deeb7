export { type SignInInput, signIn } from './sign-in';
