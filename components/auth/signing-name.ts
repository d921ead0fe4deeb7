/** The name that an e-mail suggests, as it might be signed: "ada.okafor@acme.example" is "Ada Okafor". Only a picture: nothing knows it. */
export function toSigningName(email: string): string {
  const [local = ''] = email.trim().split('@');
  return (
    local
      .split('+')[0]
      ?.split(/[._-]+/)
      .filter((part) => part !== '')
      .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
      .join(' ')
      .slice(0, 40) ?? ''
  );
}
