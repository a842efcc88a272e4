/** What a snapshot only names, since it is large: the page asks for it, once for each name, and the newest wish counts. */
export class Fetched<Name, Value> {
  /** The name that is wanted now, as JSON; empty where nothing is. */
  private wanted = '';
  private known: { readonly key: string; readonly value: Value } | undefined;

  /**
   * @param onCome told when what is wanted has come
   * @param tell told why it does not come; the next snapshot asks again
   */
  constructor(
    private readonly ask: (name: Name) => Promise<Value>,
    private readonly onCome: (value: Value) => void,
    private readonly tell: (error: unknown) => void,
  ) {}

  /** What has that name, where it has come; otherwise it is asked for. */
  want(name: Name | undefined): Value | undefined {
    const key = name === undefined ? '' : JSON.stringify(name);
    const isNew = key !== this.wanted;
    this.wanted = key;
    if (this.known?.key === key) return this.known.value;
    if (isNew && name !== undefined) void this.fetch(name, key);
    return undefined;
  }

  private async fetch(name: Name, key: string): Promise<void> {
    try {
      const value = await this.ask(name);
      // Of what is wanted no more nobody needs to know.
      if (this.wanted !== key) return;
      this.known = { key, value };
      this.onCome(value);
    } catch (error) {
      if (this.wanted !== key) return;
      this.wanted = '';
      this.tell(error);
    }
  }
}
