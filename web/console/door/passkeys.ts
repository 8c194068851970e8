// Passkeys: the browser speaks with the authenticator, the server with JSON (WebAuthn level 3).
import { call } from "../api";

// Older browsers, and addresses without a name, have none; the six digits work everywhere.
export function passkeysWork(): boolean {
  return typeof PublicKeyCredential === "function" && "parseRequestOptionsFromJSON" in PublicKeyCredential;
}

export async function showPasskey(email: string): Promise<object> {
  const asked = await call<PublicKeyCredentialRequestOptionsJSON>("POST", "/staff/sessions/challenge", { email });
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked);
  return ((await navigator.credentials.get({ publicKey })) as PublicKeyCredential).toJSON();
}

export async function makePasskey(offered: PublicKeyCredentialCreationOptionsJSON): Promise<object> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(offered);
  return ((await navigator.credentials.create({ publicKey })) as PublicKeyCredential).toJSON();
}
