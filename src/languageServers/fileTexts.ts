import type { GateOptions } from './gateOptions.ts';

/**
 * Which documents of the window have the text of their own file, or what a person made of it since. The window follows
 * links that the container puts in the place of a file: it reads it anew, also a moment before the person types on.
 */
export class FileTexts {
  private readonly options: Pick<GateOptions, 'uris' | 'folder' | 'document'>;
  private readonly own = new Set<string>();
  /** Those of `own` with another text than their file, of which nobody has said yet that they were edited. */
  private readonly unsure = new Set<string>();

  constructor(options: Pick<GateOptions, 'uris' | 'folder' | 'document'>) {
    this.options = options;
  }

  /**
   * To be called at each change of a document. The window tells of the first edit after a save in two steps, the text and
   * then that it is not saved; of a file that was read anew it tells the text alone.
   */
  changed(hostUri: string, what: 'text' | 'state'): void {
    const isUnsure = this.unsure.has(hostUri);
    if (this.options.document(hostUri)?.isDirty) {
      if (isUnsure && what === 'text') this.forget(hostUri);
      this.unsure.delete(hostUri);
    } else if (!this.isOwn(hostUri)) {
      if (what === 'text' && this.own.has(hostUri) && !isUnsure) this.unsure.add(hostUri);
      else this.forget(hostUri);
    }
  }

  /** Whether a document that is open has such a text now. */
  isOwn(hostUri: string): boolean {
    const { uris, folder } = this.options;
    const document = this.options.document(hostUri);
    const path = uris.hostRelative(hostUri);
    if (!document || path === undefined) return false;
    if (document.isDirty) return this.own.has(hostUri) && !this.unsure.has(hostUri);
    if (!folder.holds(path, document.getText())) return false;
    this.own.add(hostUri);
    this.unsure.delete(hostUri);
    return true;
  }

  /** Whether the next change tells if it has. */
  isUnsure(hostUri: string): boolean {
    return this.unsure.has(hostUri);
  }

  /** The document was closed in the window. */
  forget(hostUri: string): void {
    this.own.delete(hostUri);
    this.unsure.delete(hostUri);
  }
}
