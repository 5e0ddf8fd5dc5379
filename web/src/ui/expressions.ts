/** The weights of a face as people look for them: by region, with names in plain words, left and right as pairs. */

export interface Region {
  readonly title: string;
  readonly names: readonly string[];
}

const REGIONS: readonly (readonly [string, readonly string[]])[] = [
  ["Brows", ["brow"]],
  ["Eyes", ["eye"]],
  ["Jaw", ["jaw"]],
  ["Mouth", ["mouth"]],
  ["Cheeks and nose", ["cheek", "nose"]],
  ["Tongue", ["tongue"]],
];
const OTHER = "Other";

/** The names by region, in the order of a face from above; regions without names are left out, names that begin like
 * no region come last. */
export function regionsOf(names: readonly string[]): Region[] {
  const known = REGIONS.map(([title, prefixes]) => ({
    title,
    names: names.filter((name) => prefixes.some((prefix) => name.startsWith(prefix))),
  }));
  const placed = new Set(known.flatMap((region) => region.names));
  const rest = { title: OTHER, names: names.filter((name) => !placed.has(name)) };
  return [...known, rest].filter((region) => region.names.length > 0);
}

/** What moves together when left and right are one: the name of the other side, or null. Eyes that look to one side
 * look in with one eye and out with the other. */
export function partnerOf(name: string, names: readonly string[]): string | null {
  const side = /(Left|Right)$/.exec(name)?.[1];
  if (side === undefined) return null;
  let other = name.slice(0, -side.length) + (side === "Left" ? "Right" : "Left");
  if (name.startsWith("eyeLookIn")) other = other.replace("LookIn", "LookOut");
  else if (name.startsWith("eyeLookOut")) other = other.replace("LookOut", "LookIn");
  // "jawLeft" and "mouthLeft" are where a jaw or a mouth goes, not one side of it.
  return /^(jaw|mouth)(Left|Right)$/.test(name) || !names.includes(other) ? null : other;
}

/** A name in plain words: "mouthSmileLeft" is "Smile, left", of a pair "Smile"; names that do not begin with their
 * region's one prefix keep all their words. */
export function labelOf(name: string, paired: boolean): string {
  if (paired && name.startsWith("eyeLookOut")) return name.endsWith("Left") ? "Look left" : "Look right";
  if (paired && name.startsWith("eyeLookIn")) return name.endsWith("Left") ? "Look right" : "Look left";
  const words = name.replace(/([A-Z])/g, " $1").toLowerCase().split(/[\s_]+/).filter((word) => word.length > 0);
  if (words.length > 1 && ["brow", "eye", "jaw", "mouth", "tongue"].includes(words[0]!)) words.shift();
  const last = words.at(-1)!;
  let text = words.join(" ");
  if (words.length > 1 && (last === "left" || last === "right")) {
    text = words.slice(0, -1).join(" ") + (paired ? "" : `, ${last}`);
  }
  return text.charAt(0).toUpperCase() + text.slice(1);
}
