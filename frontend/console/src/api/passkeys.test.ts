import { expect, test, vi } from "vitest";
import { bytesOf, makePasskey, textOf } from "./passkeys";

const OPTIONS = {
  rp: { id: "north.localhost", name: "North Motors" },
  user: { id: "AQI", name: "clara@north.example", displayName: "Clara" },
  challenge: "-_8",
  pubKeyCredParams: [{ type: "public-key" as const, alg: -7 }],
};

test("bytes and their text are the same thing", () => {
  expect([...bytesOf("-_8")]).toEqual([251, 255]);
  expect(textOf(bytesOf("-_8").buffer)).toBe("-_8");
});

test("an older browser is given bytes, and its answer is written down", async () => {
  class Key {
    id = "AQ";
    rawId = bytesOf("AQ").buffer;
    authenticatorAttachment = "platform";
    response = new Attested();
    getClientExtensionResults = () => ({ credProps: { rk: true } });
  }
  class Attested {
    clientDataJSON = bytesOf("e30").buffer;
    attestationObject = bytesOf("-_8").buffer;
  }
  vi.stubGlobal("PublicKeyCredential", Key);
  vi.stubGlobal("AuthenticatorAttestationResponse", Attested);
  const create = vi.fn<(asked: { publicKey: PublicKeyCredentialCreationOptions }) => Promise<Key>>(
    async () => new Key(),
  );
  vi.stubGlobal("navigator", { credentials: { create } });

  const made = await makePasskey(OPTIONS);

  expect(create.mock.calls[0]?.[0].publicKey.challenge).toEqual(bytesOf("-_8"));
  expect(made).toMatchObject({
    id: "AQ",
    type: "public-key",
    response: { clientDataJSON: "e30", attestationObject: "-_8" },
    clientExtensionResults: { credProps: { rk: true } },
  });
  vi.unstubAllGlobals();
});

test("who closes the browser's window has not gone on", async () => {
  vi.stubGlobal("PublicKeyCredential", class Key extends Object {});
  const create = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  vi.stubGlobal("navigator", { credentials: { create } });

  expect(await makePasskey(OPTIONS)).toBeUndefined();
  vi.unstubAllGlobals();
});
