import { expect, test } from 'vitest';
import { toSigningName } from './signing-name';

test.each([
  ['ada.okafor@acme.example', 'Ada Okafor'],
  ['oz_demir-li@x', 'Oz Demir Li'],
  ['grace+console@navy.example', 'Grace'],
  ['owner@default.local', 'Owner'],
  [' ada', 'Ada'],
  ['', ''],
  ['@', ''],
  ['..@x', ''],
])('%s signs as %s', (email, name) => expect(toSigningName(email)).toBe(name));
