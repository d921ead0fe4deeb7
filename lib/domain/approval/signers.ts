import { ROLE_BANDS, type Role } from '../access';
import type { ApprovalRequest } from './request';

type Asked = Pick<ApprovalRequest, 'signers' | 'minApprovals'>;

/** A person as far as a list of signers can name them. */
export interface Signatory {
  userId: string;
  memberId: string;
  email: string;
  role: Role;
}

/** Whether a person is among those who alone may approve; anybody is where none are named. */
export function isSigner({ signers }: Pick<ApprovalRequest, 'signers'>, person: Signatory): boolean {
  return signers.length === 0 || signers.some((signer) => isNamedBy(signer, person));
}

/**
 * Who is named and has not signed yet, where each of them must: as many signatures are asked for as there are names, or more. A signature
 * stands for one name, a person's own before a role's. Where fewer are asked for, any of those named may give them, and nobody is missing.
 */
export function missingSigners({ signers, minApprovals }: Asked, signed: readonly Signatory[]): string[] {
  const names = [...new Map(signers.map((signer) => [normalized(signer), signer])).values()];
  if (minApprovals < names.length) return [];
  const people = names.filter((name) => !isRole(name));
  const order = [...people, ...names.filter(isRole)];
  /** Whose signature stands for each name. */
  const by = new Map<string, Signatory>();
  /** Gives a name to somebody, and what they stood for to somebody else, if need be. */
  const give = (name: string, tried: Set<Signatory>): boolean => {
    for (const person of signed) {
      if (tried.has(person) || !isNamedBy(name, person)) continue;
      tried.add(person);
      const before = order.find((other) => by.get(other) === person);
      if (before !== undefined && !give(before, tried)) continue;
      by.set(name, person);
      return true;
    }
    return false;
  };
  return order.filter((name) => !give(name, new Set()));
}

/** Whether a signature would still serve: nobody in particular is missing, it is theirs, or it leaves room for theirs. */
export function mayStillSign(request: Asked, signed: readonly Signatory[], person: Signatory): boolean {
  if (!isSigner(request, person)) return false;
  const before = missingSigners(request, signed).length;
  const after = missingSigners(request, [...signed, person]).length;
  return after < before || after <= Math.max(0, request.minApprovals - signed.length - 1);
}

/** A role's name stands for whoever has the role, any number of them. */
export function isRole(signer: string): boolean {
  return Object.hasOwn(ROLE_BANDS, normalized(signer));
}

/** Which of these names stand for nobody among these people, neither for a person nor for a role that any of them has. */
export function namesOfNobody(signers: readonly string[], people: readonly Signatory[]): string[] {
  const known = new Set(people.flatMap((person) => namesOf(person).map(normalized)));
  return signers.filter((signer) => !known.has(normalized(signer)));
}

function namesOf({ userId, memberId, email, role }: Signatory): string[] {
  return [userId, memberId, email, role];
}

function isNamedBy(signer: string, person: Signatory): boolean {
  return namesOf(person).some((name) => normalized(name) === normalized(signer));
}

function normalized(name: string): string {
  return name.trim().toLowerCase();
}
