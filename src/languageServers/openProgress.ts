import { isObject, type JsonObject } from './json.ts';

const most = 20;

/** What a server says that it is doing, until it says that it is done: the window shows each of them. */
export class OpenProgress {
  private readonly tokens = new Set<unknown>();

  /** False where there is too much already. */
  begin(params: unknown): boolean {
    const token = isObject(params) ? params['token'] : undefined;
    if ((typeof token !== 'string' && typeof token !== 'number') || this.tokens.has(token)) return false;
    if (this.tokens.size >= most) return false;
    this.tokens.add(token);
    return true;
  }

  report({ token, value }: JsonObject): void {
    if (isObject(value) && value['kind'] === 'end') this.tokens.delete(token);
  }
}
