/** Passkeys: what the sign-in library sends and takes as JSON, and the browser as bytes. */

const canRead = () => "parseCreationOptionsFromJSON" in PublicKeyCredential;

/** Return whether this browser knows passkeys at all. */
export const hasPasskeys = (): boolean => typeof PublicKeyCredential !== "undefined" && "credentials" in navigator;

/** Have the browser make a passkey; undefined where the person did not go on. */
export async function makePasskey(options: PublicKeyCredentialCreationOptionsJSON): Promise<unknown> {
  const publicKey = canRead() ? PublicKeyCredential.parseCreationOptionsFromJSON(options) : creationOf(options);
  return asked(() => navigator.credentials.create({ publicKey }));
}

/** Have the browser sign with a passkey; undefined where the person did not go on. */
export async function signByPasskey(options: PublicKeyCredentialRequestOptionsJSON): Promise<unknown> {
  const publicKey = canRead() ? PublicKeyCredential.parseRequestOptionsFromJSON(options) : requestOf(options);
  return asked(() => navigator.credentials.get({ publicKey }));
}

async function asked(ask: () => Promise<Credential | null>): Promise<unknown> {
  try {
    const credential = await ask();
    return credential instanceof PublicKeyCredential ? jsonOf(credential) : undefined;
  } catch (error) {
    // A closed window, a time-out and a key that is there already look alike, so that a page learns nothing.
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}

// Browsers before 2025 read and write no JSON themselves.
function creationOf(options: PublicKeyCredentialCreationOptionsJSON): PublicKeyCredentialCreationOptions {
  return {
    rp: options.rp,
    user: { ...options.user, id: bytesOf(options.user.id) },
    challenge: bytesOf(options.challenge),
    pubKeyCredParams: options.pubKeyCredParams,
    timeout: options.timeout,
    excludeCredentials: options.excludeCredentials?.map(descriptorOf),
    authenticatorSelection: options.authenticatorSelection,
    attestation: options.attestation as AttestationConveyancePreference | undefined,
    extensions: { credProps: options.extensions?.credProps },
  };
}

function requestOf(options: PublicKeyCredentialRequestOptionsJSON): PublicKeyCredentialRequestOptions {
  return {
    challenge: bytesOf(options.challenge),
    timeout: options.timeout,
    rpId: options.rpId,
    allowCredentials: options.allowCredentials?.map(descriptorOf),
    userVerification: options.userVerification as UserVerificationRequirement | undefined,
  };
}

const descriptorOf = ({ id, transports }: PublicKeyCredentialDescriptorJSON): PublicKeyCredentialDescriptor => ({
  type: "public-key",
  id: bytesOf(id),
  transports: transports as AuthenticatorTransport[] | undefined,
});

function jsonOf(credential: PublicKeyCredential): unknown {
  if ("toJSON" in credential) return credential.toJSON();
  const { id, rawId, response, authenticatorAttachment } = credential as PublicKeyCredential;
  return {
    id,
    rawId: textOf(rawId),
    type: "public-key",
    authenticatorAttachment,
    response: partsOf(response),
    clientExtensionResults: (credential as PublicKeyCredential).getClientExtensionResults(),
  };
}

function partsOf(response: AuthenticatorResponse): Record<string, string | undefined> {
  const clientDataJSON = textOf(response.clientDataJSON);
  if (response instanceof AuthenticatorAttestationResponse) {
    return { clientDataJSON, attestationObject: textOf(response.attestationObject) };
  }
  const { authenticatorData, signature, userHandle } = response as AuthenticatorAssertionResponse;
  return {
    clientDataJSON,
    authenticatorData: textOf(authenticatorData),
    signature: textOf(signature),
    userHandle: userHandle ? textOf(userHandle) : undefined,
  };
}

/** Return the bytes behind a text in the alphabet of addresses. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
}

/** Return bytes as a text in the alphabet of addresses. */
export function textOf(bytes: ArrayBuffer): string {
  const packed = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return packed.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
