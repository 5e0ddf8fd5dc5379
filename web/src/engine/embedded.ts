/** Bytes that a page carries within itself, as text in its script elements. */

/** Content of the script element `id`, or null where there is none. */
export function embedded(id: string): ArrayBuffer | null {
  const element = document.getElementById(id);
  const text = element?.textContent?.trim();
  if (!element || !text) return null;
  element.remove();
  return decoded(text);
}

function decoded(text: string): ArrayBuffer {
  const modern = (Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }).fromBase64;
  if (modern) return modern(text).buffer;
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < characters.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes.buffer;
}
