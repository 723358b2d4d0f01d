import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** A text for people in the source. */
export interface SourceText {
  /** As the bundles of translations have it; undefined where it is not written out, so that none can have it. */
  readonly text: string | undefined;
  /** Where it stands, for example `src/vscode/format.ts:12`. */
  readonly place: string;
  /** Whether it is made while its file is loaded, before there is a translation. */
  readonly isMadeAtLoad: boolean;
}

/** Every text that the source hands to `l10n.t`. */
export function sourceTexts(root: string): SourceText[] {
  const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .flatMap((file) => {
      const code = readFileSync(path.join(root, 'src', file), 'utf8');
      return code.includes('l10n.t') ? textsOf(path.join('src', file), code) : [];
    });
}

function textsOf(file: string, code: string): SourceText[] {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true);
  const found: SourceText[] = [];
  const visit = (node: ts.Node, isMadeAtLoad: boolean): void => {
    if (ts.isPropertyAccessExpression(node) && /(^|\.)l10n\.t$/.test(node.getText())) {
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      found.push({ text: textOfCall(node.parent), place: `${file}:${line}`, isMadeAtLoad });
    }
    ts.forEachChild(node, (child) => {
      visit(child, isMadeAtLoad && !isDoneLater(node));
    });
  };
  visit(source, true);
  return found;
}

function textOfCall(call: ts.Node): string | undefined {
  const text = ts.isCallExpression(call) ? call.arguments[0] : undefined;
  return text && ts.isStringLiteralLike(text) ? text.text : undefined;
}

function isDoneLater(node: ts.Node): boolean {
  const isOfObject =
    ts.isPropertyDeclaration(node) &&
    !node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword);
  return isOfObject || ts.isFunctionLike(node);
}
