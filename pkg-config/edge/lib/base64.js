// Bytes as text and back.
export const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

/** For addresses and names: without characters that mean something there. */
export const base64url = (bytes) => base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

/** The bytes of either form; null for what is none. */
export function bytesOf(text) {
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) =>
      character.charCodeAt(0),
    );
  } catch {
    return null;
  }
}
