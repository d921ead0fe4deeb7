export { type FirstStart, type SetUp, setUp } from './set-up';
