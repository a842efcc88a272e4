/**
 * The names in a store: `NAME_GENERATION` is the folder of an artefact, counted up each time a name is used again. Names
 * have no underscore, so none can be read in two ways. Computes names; touches no disk.
 */

/** An artefact's folder. Its name says whose it is, so that one whose manifest is damaged can still be removed. */
export interface Slot {
  readonly name: string;
  readonly generation: number;
}

export function slotFolder({ name, generation }: Slot): string {
  return `${name}_${generation}`;
}

/** The slots among the names of a folder, those of one name together, the oldest first. */
export function slotsAmong(entries: readonly string[]): Map<string, Slot[]> {
  const slots = new Map<string, Slot[]>();
  for (const entry of entries) {
    const [, name, generation] = /^([a-z0-9][a-z0-9-]{0,63})_([1-9]\d{0,14})$/.exec(entry) ?? [];
    if (name === undefined) continue;
    const ofName = slots.get(name) ?? [];
    ofName.push({ name, generation: Number(generation) });
    slots.set(name, ofName);
  }
  for (const ofName of slots.values()) ofName.sort((a, b) => a.generation - b.generation);
  return slots;
}
