import { pipeline, Transform, type Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { literally } from '../../shared/literally.ts';
import { mask, secretForms } from '../withoutSecrets.ts';

/** Takes values out of a text that comes in pieces, also those that are cut in two. */
export class SecretMask {
  private readonly forms: readonly string[];
  private readonly pattern: RegExp;
  private held = '';

  constructor(values: readonly string[]) {
    this.forms = secretForms(values);
    this.pattern = new RegExp(this.forms.map(literally).join('|'), 'g');
  }

  /** What can be shown by now; the rest may be the begin of a value. */
  next(text: string): string {
    if (this.forms.length === 0) return text;
    return this.take(this.held + text, (all) => this.beginOfRest(all));
  }

  /** What was held back, at the end. */
  end(): string {
    return this.forms.length === 0 ? '' : this.take(this.held, (all) => all.length);
  }

  private take(text: string, cutOf: (text: string) => number): string {
    const cut = cutOf(text);
    let shown = '';
    let at = 0;
    for (const match of text.matchAll(this.pattern)) {
      // A shorter value may be the begin of a longer one.
      if (match.index >= cut) break;
      shown += text.slice(at, match.index) + mask;
      at = match.index + match[0].length;
    }
    const end = Math.max(at, cut);
    this.held = text.slice(end);
    return shown + text.slice(at, end);
  }

  /** Where the longest end of a text begins with which a value could begin. */
  private beginOfRest(text: string): number {
    let begin = text.length;
    for (const form of this.forms) {
      const first = Math.max(0, text.length - form.length + 1);
      for (let at = text.indexOf(form.charAt(0), first); at >= 0 && at < begin;) {
        if (form.startsWith(text.slice(at))) begin = at;
        else at = text.indexOf(form.charAt(0), at + 1);
      }
    }
    return begin;
  }
}

/** An output of UTF-8 without these values; the very same one where there are none. */
export function maskedOutput(output: Readable, values: readonly string[]): Readable {
  if (secretForms(values).length === 0) return output;
  const secrets = new SecretMask(values);
  const decoder = new StringDecoder('utf8');
  const masked = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      done(null, secrets.next(decoder.write(chunk)));
    },
    flush: (done) => {
      done(null, secrets.next(decoder.end()) + secrets.end());
    },
  });
  // Whichever of the two ends too early ends the other one.
  pipeline(output, masked, () => undefined);
  return masked;
}
