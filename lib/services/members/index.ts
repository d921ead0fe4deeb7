export { createMember } from './create-member';
export { getMember } from './get-member';
export { listMembers } from './list-members';
export { removeMember } from './remove-member';
export { updateMember } from './update-member';
