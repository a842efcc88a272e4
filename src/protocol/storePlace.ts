/** Where artefacts are, as a call says it. */
/** Where the artefacts are. The store's methods need no open model, so that a store can be seen without one. */
export interface StorePlace {
  readonly home: string;
  /** The artefact store, where it is not the one in `home`. */
  readonly store?: string;
}
